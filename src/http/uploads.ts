import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { badInput } from '../model/errors.js'
import { limits } from '../graphql/limits.js'
import { refuse } from '../graphql/upload.js'
import type { StorageLimits } from '../config.js'

/** The server breaks off an upload that brings nothing for so long. */
const usualIdleMs = 60_000
/**
 * A client that is answered early may go on sending for so long. If it were cut off at once, it might not read the
 * answer.
 */
const graceMs = 5_000

/** Reads operations with files (GraphQL over multipart/form-data). The files are read while they come in. */
export class Uploads {
  private readonly largest: number

  constructor(
    limits: StorageLimits,
    private readonly idleMs = usualIdleMs,
  ) {
    this.largest = Math.max(limits.file, limits.import)
  }

  register(app: FastifyInstance) {
    // `refuseBeforehand` decides whether the body is wanted, and `read` reads it.
    app.addContentTypeParser('multipart/form-data', (_request, _body, done) => done(null))
    app.addHook('onResponse', ({ raw }, _reply, done) => {
      done()
      if (raw.readableEnded) return
      raw.unpipe()
      raw.resume()
      setTimeout(() => {
        if (!raw.complete) raw.destroy()
      }, graceMs).unref()
    })
  }

  /**
   * Refuses an upload by its headers, before its body comes. A page of another site can send a form, but not this
   * header.
   */
  refuseBeforehand(request: FastifyRequest) {
    if (!isUpload(request)) return
    const { headers } = request
    if (!headers['apollo-require-preflight'])
      throw badInput('Send an upload with the header apollo-require-preflight, of any value.', {
        http: { status: 400 },
      })
    const most = limits.files * this.largest + 2 * limits.body
    if (Number(headers['content-length'] ?? 0) > most)
      throw badInput(`A request with files may have at most ${most} bytes; send less at a time.`, {
        http: { status: 413 },
      })
  }

  /** Reads the operation. The files follow while it runs, and are gone when it is answered. */
  async read(request: FastifyRequest, reply: FastifyReply) {
    if (!isUpload(request)) return
    breakOffIdle(request.raw, this.idleMs)
    request.body = await this.operationOf(request, reply).catch(refuse)
  }

  private async operationOf({ raw }: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { default: processRequest } = await import('graphql-upload/processRequest.mjs') // with the first file
    return processRequest(raw, reply.raw, {
      maxFieldSize: limits.body,
      maxFileSize: this.largest,
      maxFiles: limits.files,
    })
  }
}

const isUpload = ({ method, headers }: FastifyRequest) =>
  method === 'POST' && /^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? '')

/** Breaks off a request that brings nothing for a while. Once all of it is there, the server may take its time. */
function breakOffIdle(raw: IncomingMessage, idleMs: number) {
  raw.setTimeout(idleMs, () => {
    if (!raw.complete) raw.destroy()
  })
  raw.once('end', () => raw.setTimeout(0))
}
