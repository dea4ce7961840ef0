import type { Context } from '../../request/context.js'
import { subjectOf } from '../../database/effects/change-event.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { limits } from '../../graphql/limits.js'
import type { Prepared } from '../../graphql/operation.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { isTruncated, receive, type FileUpload } from '../../graphql/upload.js'
import { checkedFileName, cleanFileName } from '../../lib/file-name.js'
import { UserError } from '../../lib/user-error.js'
import type { Stored } from '../../storage/blob-store.js'
import { contentTypeOf, headBytes } from '../../storage/content-type.js'
import { writableSubject, writableSubjectOf } from '../clients/index.js'
import { Organization } from '../organizations/index.js'
import { File } from './file.js'
import type { RenameFileInput, UploadFilesInput } from './file.inputs.js'

/** A file whose bytes are stored, and which is nobody's yet. */
interface Received extends Stored {
  name: string
  contentType: string
}

interface ReceivedFiles {
  subjectId: string
  received: readonly Received[]
}

/** Stores what comes with the request, ahead of the transaction, after all that can be refused without it. */
export async function receiveFiles({ subjectId, files }: UploadFilesInput, ctx: Context): Promise<Prepared> {
  if (files.length === 0 || files.length > limits.files)
    throw new UserError('FILES_COUNT', `Send 1 to ${limits.files} files at a time.`, 'files')
  await ctx.read('member', async scope => {
    await scope.get(writableSubject(scope, subjectId), subjectId)
    await refuseFull(scope, 0)
  })
  const received: Received[] = []
  const discard = () => Promise.all(received.map(({ key }) => ctx.storage.blobs.remove(key)))
  try {
    for (const file of files) received.push(await receiveFile(ctx, file))
  } catch (error) {
    await discard()
    throw error
  }
  return { input: { subjectId, received } satisfies ReceivedFiles, discard }
}

export async function attachFiles(scope: WriteScope, { subjectId, received }: ReceivedFiles): Promise<File[]> {
  const subject = await scope.get(writableSubject(scope, subjectId), subjectId)
  await scope.takeWhere(Organization) // whoever uploads at the same time counts what we store
  await refuseFull(
    scope,
    received.reduce((sum, { size }) => sum + size, 0),
  )
  const about = subjectOf(subject)
  const { actor } = scope.setting.access
  const files: File[] = []
  for (const { name, key, ...stored } of received) {
    const file = scope.make(File, {
      clientId: subject.clientId ?? subject.id,
      subjectType: about.type,
      subjectId,
      blobKey: key,
      ...stored,
      uploaderType: actor.type,
      uploaderId: actor.id,
      uploaderName: actor.name,
    })
    file.setName(name)
    files.push(await scope.add(file, { verb: 'UPLOADED', about }))
  }
  return files
}

export async function renameFile(scope: WriteScope, { id, version, name }: RenameFileInput): Promise<File> {
  const about = await writableSubjectOf(scope, File, id)
  const file = await scope.take(File, id, version)
  file.setName(checkedFileName(name))
  return scope.change(file, { verb: 'RENAMED', about })
}

export async function deleteFile(scope: WriteScope, { id, version }: RecordVersion): Promise<File> {
  const about = await writableSubjectOf(scope, File, id)
  const file = await scope.take(File, id, version)
  await scope.remove(file, { about })
  scope.afterCommit(() => scope.storage.blobs.remove(file.blobKey))
  return file
}

async function receiveFile(
  {
    access,
    storage: {
      blobs,
      limits: { file: most },
    },
  }: Context,
  upload: Promise<FileUpload>,
): Promise<Received> {
  return receive(upload, async (bytes, given) => {
    const name = cleanFileName(given)
    const tooLarge = () =>
      new UserError('FILE_TOO_LARGE', `${name} is too large; a file can have at most ${sizeText(most)}.`, 'files')
    const head: Buffer[] = []
    let size = 0
    const stored = await blobs
      .put(
        access.organization.id,
        (async function* () {
          for await (const chunk of bytes) {
            if (size < headBytes) head.push(chunk)
            size += chunk.length
            if (size > most) throw tooLarge()
            yield chunk
          }
        })(),
      )
      .catch((error: unknown) => {
        throw isTruncated(error) ? tooLarge() : error
      })
    const storedBytes = async () => {
      const found = await blobs.get(stored.key)
      if (!found) throw new Error(`${stored.key} was stored and is not there.`)
      return found.bytes
    }
    try {
      return { ...stored, name, contentType: await contentTypeOf(Buffer.concat(head), storedBytes, name) }
    } catch (error) {
      await blobs.remove(stored.key)
      throw error
    }
  })
}

async function refuseFull(scope: ReadScope, more: number) {
  const most = scope.storage.limits.organization
  const [row] = await scope.rows<{ used: number | string | null }>(
    'SELECT SUM(size) AS used FROM files WHERE organization_id = :organization',
  )
  const used = Number(row?.used ?? 0)
  if (used + more <= most && used < most) return
  throw new UserError(
    'STORAGE_FULL',
    `The files of ${scope.organization.name} take ${sizeText(used)} of ${sizeText(most)}${more > 0 ? `, and these ${sizeText(more)} more` : ''}; delete some first.`,
    'files',
  )
}

/** Such as "1.5 MB". */
function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  return `${Number((bytes / 1000 ** power).toFixed(1))} ${['bytes', 'kB', 'MB', 'GB', 'TB'][power]}`
}
