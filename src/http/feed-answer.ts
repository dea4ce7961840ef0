import { Readable, pipeline } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptsGzip } from '../lib/accepts-gzip.js'
import type { Column, Rows, WriteOptions } from '../lib/table/column.js'
import { formats, type Format } from '../lib/table/write.js'
import { vary } from './cross-origin.js'

/**
 * In milliseconds. A reader that takes nothing for so long is gone, and its connection to the database is given back.
 */
const stallMilliseconds = 300_000
/** In milliseconds. SQLite cannot use the room of its log again while somebody holds a view of the database. */
const longest = 3_600_000

export interface Table {
  format: Format
  columns: readonly Column[]
  pages: AsyncGenerator<Rows>
  options: WriteOptions
}

/** Sends the headers of a table; they are the whole answer to HEAD. */
export function announce(reply: FastifyReply, name: string, format: Format): FastifyReply {
  reply.headers({
    'Content-Type': formats[format].contentType,
    'Content-Disposition': `attachment; filename="${name}.${format}"`,
  })
  vary(reply, 'Accept-Encoding')
  return reply.request.method === 'HEAD' ? reply.send() : reply
}

/** Sends a table piece by piece, as fast as its reader takes it. */
export function send(
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  { format, columns, pages, options }: Table,
) {
  const { packed, write } = formats[format]
  // Before anything is read, closing the writer does not reach the pages.
  reply.raw.once('close', () => void pages.return(undefined))
  reply.raw.setTimeout(stallMilliseconds, () => reply.raw.destroy())
  const ending = setTimeout(() => reply.raw.destroy(), longest)
  reply.raw.once('close', () => {
    clearTimeout(ending)
  })
  announce(reply, name, format)
  const bytes = Readable.from(write(columns, pages, options), { objectMode: false, highWaterMark: 65_536 })
  if (packed || !acceptsGzip(request.headers['accept-encoding'])) return reply.send(bytes)
  reply.header('Content-Encoding', 'gzip')
  return reply.send(pipeline(bytes, createGzip({ level: constants.Z_BEST_SPEED }), () => undefined)) // fastify sees its errors
}
