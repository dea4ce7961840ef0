import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { unavailable } from '../model/errors.js'

/**
 * After `/health` says no, requests run normally for so long. A load balancer or a client's pool goes elsewhere
 * meanwhile.
 */
const leaveMs = 1000
/** Then new requests are refused for so long, before the listener closes. */
const refuseMs = 1000
/** Idle connections are looked for this often. */
const lookMs = 25
/**
 * The listener closes early if there was no connection for so long. Earlier it might reset one that is not counted yet.
 */
const quietMs = 150

/**
 * Ends a server without breaking anything off. First `/health` answers 503, and each answer tells its client to close
 * the connection. If the server closed it, a request on its way would be reset. Then the server refuses new requests in
 * the shape of all errors and waits for those that run. A listener that closed at once would reset clients that are
 * connecting.
 */
export function registerDrain(app: FastifyInstance) {
  let state: 'serving' | 'leaving' | 'refusing' = 'serving'

  app.addHook('onRequest', (request, reply, done) => {
    if (state === 'serving') return void done()
    reply.header('connection', 'close')
    const isRefused = state === 'refusing' || request.routeOptions.url === '/health'
    done(isRefused ? unavailable('This server is stopping; ask again in a moment.', { retryable: true }) : undefined)
  })
  // Requests that came earlier are answered now.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (state !== 'serving') reply.header('connection', 'close')
    done()
  })
  app.addHook('preClose', async () => {
    state = 'leaving'
    await connectionsEnd(app, leaveMs, lookMs)
    state = 'refusing'
    // A connection may become idle late, if its request began before connections were to be closed.
    const looking = setInterval(() => app.server.closeIdleConnections(), lookMs)
    app.server.once('close', () => clearInterval(looking))
    await connectionsEnd(app, refuseMs, quietMs)
  })
}

/** Waits until there has been no connection for `noneForMs`, but not longer than `withinMs`. */
async function connectionsEnd(app: FastifyInstance, withinMs: number, noneForMs: number) {
  const count = () => new Promise<number>(resolve => app.server.getConnections((_error, found) => resolve(found ?? 0)))
  let lastSeen = Date.now()
  for (const until = lastSeen + withinMs; ; await sleep(lookMs)) {
    if ((await count()) > 0) lastSeen = Date.now()
    if (Date.now() >= Math.min(until, lastSeen + noneForMs)) return
  }
}
