import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/database.js'
import { File, readLink } from '../features/files/index.js'
import { notFound } from '../model/errors.js'
import { rangeOf } from '../lib/byte-range.js'
import type { Clock } from '../lib/calendar.js'
import { contentDisposition } from '../lib/file-name.js'
import type { FileStorage } from '../storage/file-storage.js'

/** What a browser may show: nothing that could run as part of our site. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'application/pdf'])

interface Downloads {
  database: Database
  storage: FileStorage
  clock: Clock
}

/** `GET /files/<link>`: the bytes of a file, for whoever has a link to it. The link says what may be read, so there is no key. */
export function registerDownloads(app: FastifyInstance, { database, storage, clock }: Downloads) {
  app.route<{ Params: { link: string } }>({
    method: ['GET', 'HEAD'],
    url: '/files/:link',
    handler: async (request, reply) => {
      const { organizationId, id, inline } = readLink(request.params.link, { storage, now: clock() })
      // Without a scope, since nobody is known who asks: bound to the one row that the link names.
      const file = await database.read
        .createQueryBuilder(File, 't')
        .where('t.id = :id AND t.organizationId = :organizationId', { id, organizationId })
        .getOne()
      if (!file) throw notFound('This file was deleted.', { http: { status: 404 } })
      return answer(request, reply, file, inline, storage)
    },
  })
}

async function answer(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  file: File,
  inline: boolean,
  { blobs }: FileStorage,
) {
  const { size, sha256, contentType, name, blobKey } = file
  const isShown = inline && shown.has(contentType)
  const etag = `"${sha256}"`
  const range =
    headers['if-range'] === undefined || headers['if-range'] === etag ? rangeOf(headers.range, size) : undefined
  const blob = range === null ? undefined : await blobs.get(blobKey, range)
  if (range !== null && blob?.size !== size) {
    blob?.bytes.destroy()
    throw new Error(`The bytes of ${file.id} are ${blob ? 'of another size' : 'missing'}; see clientela files check.`)
  }
  reply.headers({
    'content-type': contentType,
    'content-disposition': contentDisposition(isShown ? 'inline' : 'attachment', name),
    'x-content-type-options': 'nosniff',
    // Browsers do not show a PDF in a sandbox; what else they show or save can do nothing there.
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'${isShown && contentType === 'application/pdf' ? '' : '; sandbox'}`,
    'cache-control': 'private, no-store',
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
    etag,
  })
  if (range === null) {
    reply
      .headers({ 'content-range': `bytes */${size}`, 'content-type': 'application/json; charset=utf-8' })
      .removeHeader('content-disposition')
    return reply.code(416).send({
      errors: [
        {
          message: `The file has ${size} bytes; ask for a range within them.`,
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    })
  }
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`)
  reply.header('content-length', range ? range.end - range.start + 1 : size)
  if (method !== 'HEAD') return reply.send(blob?.bytes)
  blob?.bytes.destroy()
  return reply.send()
}
