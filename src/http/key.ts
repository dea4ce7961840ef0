import type { FastifyRequest } from 'fastify'

/** Returns the API key that a request brings, as a bearer token or in a header of its own. */
export function keyOf({ headers }: FastifyRequest): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  const header = headers['x-api-key']
  return bearer ?? (typeof header === 'string' ? header : undefined)
}
