import { setTimeout as sleep } from 'node:timers/promises'
import { KeepAliveClient } from '../support/keep-alive.js'
import { hold, seconds, type Fault } from './fault.js'
import { onDatabase, type Server } from './server.js'

const limits = { exit: 5000, busy: 20, idle: 10 }
const query = '{ clients(first: 50) { nodes { id legalName overview { invoices { overdue { count } } } } } }'

interface Load {
  answered: number
  /** Refused with 503, in the shape of our errors. */
  refused: number
  /** Answered, or refused, in another way, or broken off. */
  wrong: string[]
}

/**
 * Asks without a pause until the server says that it stops, or is gone. After enough requests it only keeps its
 * connection.
 */
async function ask(client: KeepAliveClient, load: Load, hasEnough: () => boolean) {
  while (!hasEnough()) {
    try {
      const { status, body } = await client.ask('/graphql', { query })
      if (status === 200) load.answered++
      else if (status === 503 && /"code":"SERVICE_UNAVAILABLE".*"retryable":true/.test(body)) {
        load.refused++
        return
      } else load.wrong.push(`${status}: ${body.slice(0, 200)}`)
    } catch (error) {
      const { code } = error as { code?: string } // of the connection
      if (code !== 'ECONNREFUSED') load.wrong.push(`${code}`)
      return
    }
  }
}

async function stopUnderLoad(server: Server): Promise<string> {
  for (let at = 0; at < 50; at++) await server.createClient(`Client ${at}`)
  const clients = Array.from(
    { length: limits.busy + limits.idle },
    () => new KeepAliveClient(server.url, { authorization: `Bearer ${server.key}` }),
  )
  const [busy, idle] = [clients.slice(0, limits.busy), clients.slice(limits.busy)]
  const load: Load = { answered: 0, refused: 0, wrong: [] }
  await Promise.all(idle.map(client => client.ask('/health')))
  let isStopping = false
  const asking = busy.map((client, at) => ask(client, load, () => isStopping && at % 2 === 0))
  await sleep(1000)
  const start = performance.now()
  const stopped = server.stop()
  isStopping = true
  const unready = (async () => {
    for (;;) {
      const health = await fetch(`${server.url}/health`).catch(() => undefined)
      if (!health) return false
      if (health.status === 503) return true
      await sleep(5)
    }
  })()
  const code = await stopped
  const took = performance.now() - start
  await Promise.all(asking)
  for (const client of clients) client.close()
  const figures = `${limits.busy} busy and ${limits.idle} idle connections: exit ${code} after ${seconds(took)}, ${load.answered} answered, ${load.refused} refused, ${load.wrong.length} wrong`
  hold(load.wrong.length === 0, `${figures}: ${[...new Set(load.wrong)].join(', ')}`)
  hold(code === 0 && took <= limits.exit, figures)
  hold(await unready, `${figures}; /health never told that the server stops`)
  return figures
}

export const drain: Fault[] = ['SQLite', 'MariaDB'].map(database => ({
  name: `A server that is stopped under load, on ${database}`,
  run: folder =>
    onDatabase(database, folder, async server => {
      const rounds: string[] = []
      for (let round = 0; round < 3; round++) {
        if (round > 0) await server.start()
        rounds.push(await stopUnderLoad(server))
      }
      return rounds.join('; ')
    }),
}))
