import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { unavailable } from '../model/errors.js'

/** The folder that graphiql/build.js fills. The path is the same from src/ and from dist/. */
export const builtPage = fileURLToPath(new URL('../../graphiql/dist', import.meta.url))

/**
 * The page loads nothing from elsewhere. Monaco writes styles into elements, and its icons and fonts are inside the
 * styles.
 */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Serves GraphiQL to people who open the API's address in a browser. The page holds no records, so it needs no key; its
 * queries do.
 */
export class Graphiql {
  private constructor(
    private readonly folder: string,
    private readonly built: boolean,
  ) {}

  /** Serves the files of the page below /graphql/assets. */
  static async register(app: FastifyInstance, folder = builtPage): Promise<Graphiql> {
    const built = existsSync(join(folder, 'index.html'))
    if (built) {
      await app.register(fastifyStatic, {
        root: join(folder, 'assets'),
        prefix: '/graphql/assets/',
        preCompressed: true,
        index: false,
        // A file gets another name when its content changes.
        immutable: true,
        maxAge: '365d',
        setHeaders: answer => {
          answer.setHeader('content-security-policy', policy)
          answer.setHeader('x-content-type-options', 'nosniff')
          answer.setHeader('referrer-policy', 'no-referrer')
          answer.setHeader('vary', [answer.getHeader('vary') ?? [], 'accept, accept-encoding'].flat().join(', '))
        },
      })
    }
    return new Graphiql(folder, built)
  }

  /** Tells whether a browser asks for the page. Programs ask for JSON, or bring a query. */
  isWantedBy({ method, headers, query }: FastifyRequest): boolean {
    const asked = query as Record<string, unknown> // fastify's own parser makes it
    return ['GET', 'HEAD'].includes(method) && (headers.accept ?? '').includes('text/html') && asked.query === undefined
  }

  answer(reply: FastifyReply): FastifyReply {
    if (!this.built)
      throw unavailable(
        'GraphiQL is not built. Run "npm run build", then start the server again. The API itself answers at POST /graphql.',
      )
    return reply.sendFile('index.html', this.folder, { immutable: false, maxAge: 0 })
  }
}
