import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptsGzip } from '../lib/accepts-gzip.js'
import { vary } from './cross-origin.js'

/** In letters. What is shorter fits one packet either way. */
const least = 1024

const zipped = promisify(gzip)

/** Compresses an answer, beside the main thread, where it is long and the caller takes it so. */
export async function packed(request: FastifyRequest, reply: FastifyReply, text: string): Promise<string | Buffer> {
  if (text.length <= least) return text
  vary(reply, 'Accept-Encoding')
  if (!acceptsGzip(request.headers['accept-encoding'])) return text
  const bytes = await zipped(text, { level: constants.Z_BEST_SPEED })
  reply.header('Content-Encoding', 'gzip').removeHeader('Content-Length')
  return bytes
}
