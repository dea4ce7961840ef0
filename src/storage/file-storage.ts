import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, open, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StorageLimits } from '../config.js'
import { unavailable } from '../model/errors.js'
import { newId } from '../lib/id.js'
import { makePrivateFolder, restrict } from '../lib/private-path.js'
import type { BlobStore } from './blob-store.js'
import { DiskStore } from './disk-store.js'

/** Knows where files are kept, how large they may be, and how links to them are signed. */
export class FileStorage {
  constructor(
    readonly blobs: BlobStore,
    readonly limits: StorageLimits,
    private readonly secret: Buffer,
  ) {}

  /** Signs a text. Everybody can read it, but only this storage can have made it. */
  signed(text: string): string {
    const body = Buffer.from(text).toString('base64url')
    return `${body}.${this.signatureOf(body)}`
  }

  /** Returns the text that was signed; undefined if somebody changed a letter. */
  verified(token: string): string | undefined {
    const [body = '', signature = '', ...more] = token.split('.')
    // This compares texts, since several texts decode to the same bytes.
    const [given, right] = [Buffer.from(signature), Buffer.from(this.signatureOf(body))]
    return more.length === 0 && given.length === right.length && timingSafeEqual(given, right)
      ? Buffer.from(body, 'base64url').toString()
      : undefined
  }

  private signatureOf(body: string): string {
    return createHmac('sha256', this.secret).update(body).digest('base64url')
  }
}

/** Opens the folder of files in the data directory, and beside it the secret that signs links. */
export async function openStorage(dataDir: string, limits: StorageLimits): Promise<FileStorage> {
  makePrivateFolder(dataDir)
  await restrictFolders(join(dataDir, 'files'))
  return new FileStorage(new DiskStore(join(dataDir, 'files')), limits, await secretIn(dataDir))
}

/** Closes folders that former versions made, which everybody could list. Nobody else could read the files in them. */
async function restrictFolders(files: string) {
  const folders = await readdir(files, { withFileTypes: true }).catch(() => [])
  for (const path of [files, ...folders.filter(each => each.isDirectory()).map(({ name }) => join(files, name))])
    restrict(path, 0o700)
}

/** Returns the secret that all servers of the directory share. The first server makes it, whole or not at all. */
async function secretIn(dataDir: string): Promise<Buffer> {
  const path = join(dataDir, 'link-secret')
  const own = `${path}.${newId('tmp')}`
  const file = await open(own, 'wx', 0o600)
  try {
    await file.writeFile(randomBytes(32).toString('hex'))
    await file.sync()
    await link(own, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await file.close()
    await rm(own)
  }
  const secret = Buffer.from((await readFile(path, 'utf8')).trim(), 'hex')
  if (secret.length < 32)
    throw unavailable(`${path} is damaged. Delete it: links made so far stop working, new ones work.`)
  return secret
}

const refuse = () => {
  throw unavailable('This program has no place for files; the server has.')
}

/** The storage of programs that touch no file. */
export const noStorage = new FileStorage(
  { put: refuse, get: refuse, remove: refuse, list: refuse },
  { file: 0, import: 0, organization: 0 },
  randomBytes(32),
)
