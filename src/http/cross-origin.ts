import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Origins } from '../config.js'

/** Headers of an answer that a page may read, besides those that browsers show anyway. */
const exposedHeaders = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Retry-After',
  'X-Clientela-As-Of',
  'X-Clientela-Cursor',
  'X-Clientela-Rows',
  'X-Clientela-Watermark',
]

/**
 * Lets the pages of these origins ask everything here. A preflight brings no key, so it is answered before the key is
 * looked up. The page sets the key in a header itself. The browser sends nothing of its own, so there is no
 * `Access-Control-Allow-Credentials`.
 */
export async function allowOrigins(app: FastifyInstance, origins: Origins) {
  if (origins.length === 0) return
  const { default: cors } = await import('@fastify/cors') // most servers allow none
  await app.register(cors, {
    origin: origins === '*' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders,
    maxAge: 3600,
    strictPreflight: false,
  })
}

/** Adds a header of the request on which the answer depends to `Vary`. */
export function vary(reply: FastifyReply, header: string) {
  const known = [reply.getHeader('vary') ?? []].flat().join(', ')
  if (!known.toLowerCase().split(/, */).includes(header.toLowerCase()))
    reply.header('vary', known ? `${known}, ${header}` : header)
}
