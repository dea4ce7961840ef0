import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { unavailable } from '../model/errors.js'

/** How long requests still run normally after `/health` says no: a balancer or a client's pool goes elsewhere meanwhile. */
const leaveMs = 1000
/** How long whoever still comes is told so, instead of finding nobody. */
const refuseMs = 1000
/** How often connections are looked at that have become idle. */
const lookMs = 25
/** How long nobody may have come before the listener closes: it would reset who is just connecting, and is not counted yet. */
const quietMs = 150

/**
 * Ends a server without breaking anything off. First `/health` answers 503, and each answer tells its client to close the connection: a server
 * that closes it first resets a request that is on its way. Then who comes is refused in the shape of all errors, while what runs is waited
 * for; a listener that closed at once would reset whoever is just connecting.
 */
export function registerDrain(app: FastifyInstance) {
  let state: 'serving' | 'leaving' | 'refusing' = 'serving'

  app.addHook('onRequest', async (request, reply) => {
    if (state === 'serving') return
    reply.header('connection', 'close')
    if (state === 'refusing' || request.routeOptions.url === '/health')
      throw unavailable('This server is stopping; ask again in a moment.', { retryable: true })
  })
  // Of requests that came before.
  app.addHook('onSend', async (_request, reply) => {
    if (state !== 'serving') reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    state = 'leaving'
    await connectionsEnd(app, leaveMs, lookMs)
    state = 'refusing'
    // A connection may become idle late: what was answered on it began before it was to be closed.
    const looking = setInterval(() => app.server.closeIdleConnections(), lookMs)
    app.server.once('close', () => clearInterval(looking))
    await connectionsEnd(app, refuseMs, quietMs)
  })
}

/** Waits until there has been no connection for so long, but not longer than `withinMs`. */
async function connectionsEnd(app: FastifyInstance, withinMs: number, noneForMs: number) {
  const count = () => new Promise<number>(resolve => app.server.getConnections((_error, found) => resolve(found ?? 0)))
  let lastSeen = Date.now()
  for (const until = lastSeen + withinMs; ; await sleep(lookMs)) {
    if ((await count()) > 0) lastSeen = Date.now()
    if (Date.now() >= Math.min(until, lastSeen + noneForMs)) return
  }
}
