import type { Readable, Writable } from 'node:stream'
import { GraphQLError, GraphQLScalarType } from 'graphql'
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs'
import type { FileUpload } from 'graphql-upload/processRequest.mjs'
import { diskError, isDiskError } from '../storage/disk-error.js'
import { badInput } from '../model/errors.js'
import { adopt } from '../model/scalars.js'

export type { FileUpload }

/** Where graphql-upload keeps a file while it comes; its types leave that out. */
const spoolOf = (file: FileUpload) => (file as FileUpload & { capacitor: Writable }).capacitor // set by processRequest

/** Reads a file of the request while it comes in. A wrong request, or one that breaks off, is the caller's to fix. */
export async function receive<T>(
  upload: Promise<FileUpload>,
  take: (bytes: AsyncIterable<Buffer>, name: string) => Promise<T>,
): Promise<T> {
  const file = await upload.catch(refuse)
  return take(incoming(file), file.filename)
}

/**
 * Ends a file with the error of its disk. fs-capacitor keeps the file in the temporary folder while it arrives. When
 * the disk fails, it leaves its readers waiting for ever, and its file in the folder.
 */
function endWithItsDisk(upload: Promise<FileUpload>): Promise<FileUpload> {
  if (ending.has(upload)) return upload // one file may be named for several places
  ending.add(upload)
  upload.then(
    file => {
      const spool = spoolOf(file)
      if (spool.errored) spool.destroy(spool.errored)
      else spool.once('error', error => spool.destroy(error))
    },
    () => undefined,
  ) // the caller that takes the file gets the error
  return upload
}

const ending = new WeakSet<Promise<FileUpload>>()

async function* incoming(file: FileUpload): AsyncIterable<Buffer> {
  try {
    yield* file.createReadStream() as Readable & AsyncIterable<Buffer> // without an encoding it gives buffers
  } catch (error) {
    const first = spoolOf(file).errored ?? error // opened too late, it says only that it was closed
    throw isDiskError(first) ? diskError(first) : refuse(first)
  }
}

/** The parser of a request and graphql-upload throw plain errors that say what is wrong; a disk's have a `syscall`. */
export function refuse(error: unknown): never {
  const { message, status } = error as { message: string; status?: number } // http-errors have a status
  throw badInput(message, { http: { status: status ?? 400 } })
}

/** Whether a file was cut off where no file may be longer, be it ahead of its reader. */
export const isTruncated = (error: unknown) =>
  error instanceof GraphQLError && (error.extensions.http as { status?: number } | undefined)?.status === 413 // as `refuse` sets it

export const Upload = adopt(
  uploads(),
  'Upload',
  'A file that comes with the request. Such a request is multipart/form-data, as the GraphQL multipart request ' +
    'specification has it, with the header `apollo-require-preflight`.',
)

function uploads() {
  const config = GraphQLUpload.toConfig()
  return new GraphQLScalarType({ ...config, parseValue: value => endWithItsDisk(config.parseValue(value)) })
}
