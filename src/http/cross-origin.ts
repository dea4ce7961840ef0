import cors from '@fastify/cors'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Origins } from '../config.js'

/** What a page may read of an answer, beside its body and what browsers show anyway. */
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
 * Lets the pages of these origins ask everything here. A preflight brings no key and is answered before anybody looks for one. The key
 * stands in a header that the page sets itself, so nothing is sent that a browser keeps: no `Access-Control-Allow-Credentials`.
 */
export async function allowOrigins(app: FastifyInstance, origins: Origins) {
  if (origins.length === 0) return
  await app.register(cors, {
    origin: origins === '*' ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    exposedHeaders,
    maxAge: 3600,
    strictPreflight: false,
  })
}

/** Says that an answer depends on a header of its request, beside what depends on others. */
export function vary(reply: FastifyReply, header: string) {
  const known = [reply.getHeader('vary') ?? []].flat().join(', ')
  if (!known.toLowerCase().split(/, */).includes(header.toLowerCase()))
    reply.header('vary', known ? `${known}, ${header}` : header)
}
