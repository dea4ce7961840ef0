import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { UserError } from '../lib/user-error.js'
import type { Progress } from './progress.js'
import { Api } from './api.js'
import type { ApiLocation } from '../config.js'

export interface ExportCommand {
  format: string
  out: string
  filter?: string
  /** FIELD or FIELD:DESC. */
  orderBy?: string
  view?: string
  archived?: string
  asOf?: string
  columns?: string
  spanish?: boolean
}

/** Writes a list to a file, whole or not at all. Returns how many rows it has. */
export async function exportList(
  location: ApiLocation,
  list: string,
  { format, out, orderBy, view, spanish, ...given }: ExportCommand,
  progress: Progress,
): Promise<number> {
  const api = new Api(location)
  const [field, direction] = orderBy?.split(':') ?? []
  const parameters = Object.entries({
    ...given,
    savedViewId: view,
    orderBy: field && JSON.stringify({ field, ...(direction ? { direction: direction.toUpperCase() } : {}) }),
    spanish: spanish ? 'true' : undefined,
  })
  const answer = await api.get(
    `/export/v1/lists/${list}.${format}?${new URLSearchParams(parameters.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))).toString()}`,
  )
  const count = Number(answer.headers.get('x-clientela-rows'))
  const unfinished = `${out}.part`
  try {
    // Of packed formats nobody knows how far they are before their end.
    await pipeline(
      Readable.fromWeb(answer.body as ReadableStream<Uint8Array>),
      async function* (bytes) {
        // what fetch gives is one
        let lines = 0
        for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
          // as above
          for (const byte of chunk) if (byte === 10) lines++
          progress.update(format === 'csv' || format === 'jsonl' ? Math.min(lines, count) : 0, count)
          yield chunk
        }
      },
      createWriteStream(unfinished),
    )
    progress.update(count, count)
    await rename(unfinished, out)
  } catch (error) {
    await rm(unfinished, { force: true })
    if (error instanceof TypeError)
      throw new UserError('NETWORK_ERROR', 'The server broke off; nothing was written. Try again.')
    throw error
  }
  return count
}
