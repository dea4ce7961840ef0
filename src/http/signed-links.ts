import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/database.js'
import { rangeOf } from '../lib/byte-range.js'
import type { Clock } from '../lib/calendar.js'
import { contentDisposition } from '../lib/file-name.js'
import { notFound } from '../model/errors.js'
import {
  linkKinds,
  readLink,
  type LinkKind,
  type StoredDownload,
  type WrittenDownload,
} from '../request/signed-link.js'
import { System } from '../request/system.js'
import type { FileStorage } from '../storage/file-storage.js'
import { errorBody } from './errors.js'

/** Content types that a browser may show. None of them can run as a part of our site. */
const shown = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'application/pdf'])

interface LinkOptions {
  database: Database
  storage: FileStorage
  clock: Clock
}

/**
 * `GET /files/<link>` and the paths of all other kinds of links. The link says what may be read, so there is no key.
 */
export function registerSignedLinks(app: FastifyInstance, options: LinkOptions) {
  if (linkKinds.length === 0) throw new Error('No feature has added its links: load features/index.js first.')
  for (const kind of linkKinds) registerKind(app, kind, options)
}

function registerKind(app: FastifyInstance, kind: LinkKind, { database, storage, clock }: LinkOptions) {
  app.route<{ Params: { link: string } }>({
    method: ['GET', 'HEAD'],
    url: `${kind.path}/:link`,
    handler: async (request, reply) => {
      const link = readLink(request.params.link, { storage, now: clock() })
      const system = new System(database, { clock, storage, name: 'link' })
      const organization = await system.organization(link.organizationId)
      const download = organization && (await kind.open(system.contextOf(organization), link.id))
      if (!download) throw notFound(kind.gone, { http: { status: 404 } })
      return 'write' in download
        ? sendWritten(request, reply, download)
        : sendStored(request, reply, download, link.inline, storage)
    },
  })
}

function sendWritten({ method }: FastifyRequest, reply: FastifyReply, { name, contentType, write }: WrittenDownload) {
  reply.headers({
    ...privately,
    'content-type': contentType,
    'content-disposition': contentDisposition('attachment', name),
  })
  return method === 'HEAD' ? reply.send() : reply.send(Readable.from(write(), { objectMode: false }))
}

const privately = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
}

async function sendStored(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  file: StoredDownload,
  inline: boolean,
  { blobs }: FileStorage,
) {
  const { size, sha256, blobKey } = file
  const etag = `"${sha256}"`
  const range =
    headers['if-range'] === undefined || headers['if-range'] === etag ? rangeOf(headers.range, size) : undefined
  if (range === null) return refuseRange(reply, file, etag, inline)
  const blob = await blobs.get(blobKey, range)
  if (blob?.size !== size) {
    blob?.bytes.destroy()
    throw new Error(
      `The bytes under ${blobKey} are ${blob ? 'of another size' : 'missing'}; see clientela files check.`,
    )
  }
  reply.headers(headersOf(file, etag, inline))
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`)
  reply.header('content-length', range ? range.end - range.start + 1 : size)
  if (method !== 'HEAD') return reply.send(blob.bytes)
  blob.bytes.destroy()
  return reply.send()
}

function headersOf({ name, contentType }: StoredDownload, etag: string, inline: boolean) {
  const isShown = inline && shown.has(contentType)
  // Browsers do not show a PDF in a sandbox. All else is shown or saved in one, where it can do nothing.
  const sandbox = isShown && contentType === 'application/pdf' ? '' : '; sandbox'
  return {
    ...privately,
    'content-type': contentType,
    'content-disposition': contentDisposition(isShown ? 'inline' : 'attachment', name),
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'${sandbox}`,
    'accept-ranges': 'bytes',
    etag,
  }
}

function refuseRange(reply: FastifyReply, file: StoredDownload, etag: string, inline: boolean) {
  reply
    .headers({
      ...headersOf(file, etag, inline),
      'content-range': `bytes */${file.size}`,
      'content-type': 'application/json; charset=utf-8',
    })
    .removeHeader('content-disposition')
  return reply
    .code(416)
    .send(errorBody('BAD_USER_INPUT', `The file has ${file.size} bytes; ask for a range within them.`))
}
