import type { Readable } from 'node:stream'
import { GraphQLError } from 'graphql'
import type { FileUpload } from 'graphql-upload/processRequest.mjs'
import { badInput } from './errors.js'

export type { FileUpload }

/** Reads a file of the request while it comes in. What is wrong with the request, which may break off, is the caller's to mend. */
export async function receive<T>(upload: Promise<FileUpload>, take: (bytes: AsyncIterable<Buffer>, name: string) => Promise<T>): Promise<T> {
  const { filename, createReadStream } = await upload.catch(refuse)
  return take(incoming(createReadStream), filename)
}

async function* incoming(open: () => Readable): AsyncIterable<Buffer> {
  try {
    yield* open() as Readable & AsyncIterable<Buffer> // without an encoding it gives buffers
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? error : refuse(error)
  }
}

/** The parser of a request and graphql-upload throw plain errors that say what is wrong; a disk's have a `syscall`. */
export function refuse(error: unknown): never {
  const { message, status } = error as { message: string; status?: number } // http-errors have a status
  throw badInput(message, { http: { status: status ?? 400 } })
}

/** Whether a file was cut off where no file may be longer, be it ahead of its reader. */
export const isTruncated = (error: unknown) => error instanceof GraphQLError && (error.extensions.http as { status?: number } | undefined)?.status === 413 // as `refuse` sets it
