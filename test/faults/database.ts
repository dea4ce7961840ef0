import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TcpProxy } from '../support/tcp-proxy.js'
import { hold, seconds, type Fault } from './fault.js'
import { withSmallDisk } from './full-folders.js'
import { high, onDatabase, type Server } from './server.js'

// A database that falls silent, is cut off, is not there, takes no changes, has no connection or no room left.

const limits = { health: 2000, refusal: 12_000, recovery: 5000 }
const atOnce = 240
const read = '{ clients(first: 10) { nodes { id legalName } } }'
const write =
  'mutation { createClient(input: { legalName: "Fault", address: { line1: "a", city: "b" } }) { client { id } } }'

interface Answer {
  status: number
  reason: string
  took: number
}

async function ask(server: Server, query: string): Promise<Answer> {
  const start = performance.now()
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(60_000),
  })
  const { errors } = (await response.json()) as {
    errors?: { extensions: { code: string; reason?: string; retryable?: boolean } }[]
  } // as GraphQL answers
  const extensions = errors?.[0]?.extensions
  return {
    status: response.status,
    took: performance.now() - start,
    reason: extensions ? `${extensions.code} ${extensions.reason} ${extensions.retryable}` : '',
  }
}

async function health(server: Server): Promise<Answer> {
  const start = performance.now()
  const { status } = await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(60_000) })
  return { status, reason: '', took: performance.now() - start }
}

function holdRefused(what: string, answers: readonly Answer[], reason: string) {
  const other = answers.find(answer => answer.status !== 503 || answer.reason !== `SERVICE_UNAVAILABLE ${reason} true`)
  hold(other === undefined, `${what} was answered with ${other?.status} ${other?.reason}`)
  hold(
    answers.every(({ took }) => took <= limits.refusal),
    `${what} was refused after ${seconds(
      high(
        answers.map(({ took }) => took),
        1,
      ),
    )}`,
  )
}

function holdUnhealthy({ status, took }: Answer) {
  hold(status === 503 && took <= limits.health, `/health answered ${status} after ${seconds(took)}`)
}

/** How long it takes until both reading and writing go on by themselves. */
async function recovery(server: Server): Promise<number> {
  const start = performance.now()
  for (const query of [read, write]) {
    while ((await ask(server, query)).status !== 200) {
      hold(performance.now() - start < 60_000, 'The server does not recover.')
      await sleep(50)
    }
  }
  hold((await health(server)).status === 200, '/health is not well again.')
  const took = performance.now() - start
  hold(took <= limits.recovery, `It took ${seconds(took)} to recover.`)
  return took
}

/** Many readers and writers meet a database that is away, and others come later. */
async function away(
  server: Server,
  leave: () => Promise<void> | void,
  comeBack: () => Promise<void> | void,
): Promise<string> {
  const during = Array.from({ length: atOnce }, (_, at) => ask(server, at % 4 === 0 ? write : read))
  await leave()
  const asked = [...during, ...Array.from({ length: atOnce }, (_, at) => ask(server, at % 4 === 0 ? write : read))]
  const checks: Answer[] = []
  let isOver = false
  const checking = (async () => {
    for (; !isOver; await sleep(200)) checks.push(await health(server))
  })()
  // Some were answered before it was away; of a change that was being kept nobody can tell.
  const refused = (await Promise.all(asked)).filter(
    ({ status, reason }) => status !== 200 && !reason.includes('OUTCOME_UNKNOWN'),
  )
  hold(refused.length >= atOnce / 2, `Only ${refused.length} were refused.`)
  const later = await Promise.all(Array.from({ length: 20 }, () => ask(server, read)))
  isOver = true
  await checking
  holdRefused('A request', [...refused, ...later], 'DATABASE_AWAY')
  for (const check of checks.slice(1)) holdUnhealthy(check)
  await comeBack()
  const took = await recovery(server)
  return `${refused.length} of ${asked.length} refused, the slowest after ${seconds(
    high(
      refused.map(answer => answer.took),
      1,
    ),
  )}, later ones after ${seconds(
    high(
      later.map(answer => answer.took),
      1,
    ),
  )}, /health at most ${seconds(
    high(
      checks.map(check => check.took),
      1,
    ),
  )} (${checks.length} times), back after ${seconds(took)}`
}

/** A server whose database is asked through a proxy, as a user who may do nothing beside. */
const proxied = (name: string, work: (server: Server, proxy: TcpProxy, user: string) => Promise<string>): Fault => ({
  name: `${name}, on MariaDB`,
  run: folder =>
    onDatabase('MariaDB', folder, async server => {
      const url = server.environment.DATABASE_URL ?? ''
      const proxy = await TcpProxy.to(url)
      const user = `plain_${process.pid}_${Date.now() % 1_000_000}`
      const password = randomBytes(12).toString('hex')
      const led = new URL(proxy.through(url))
      await server.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`)
      try {
        await server.query(`GRANT ALL ON \`${led.pathname.slice(1)}\`.* TO '${user}'@'%'`)
        led.username = user
        led.password = password
        await server.stop()
        server.environment.DATABASE_URL = led.href
        await server.start()
        await recovery(server)
        return await work(server, proxy, user)
      } finally {
        server.environment.DATABASE_URL = url
        await proxy.close()
        await server.query(`DROP USER '${user}'@'%'`)
      }
    }),
})

export const database: Fault[] = [
  proxied('A database that falls silent', (server, proxy) =>
    away(
      server,
      () => {
        proxy.fallSilent()
      },
      () => {
        proxy.speakAgain()
      },
    ),
  ),
  proxied('A database that is not there', (server, proxy) =>
    away(
      server,
      () => proxy.refuse(),
      () => proxy.listen(),
    ),
  ),
  proxied('Connections that are cut again and again', async (server, proxy) => {
    let isOn = true
    const answers: Answer[] = []
    const asking = Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        for (; isOn; await sleep(5)) answers.push(await ask(server, at % 4 === 0 ? write : read))
      }),
    )
    for (let times = 0; times < 20; times++) {
      await sleep(100)
      proxy.cut()
    }
    isOn = false
    await asking
    const refused = answers.filter(({ status, reason }) => status !== 200 && !reason.includes('OUTCOME_UNKNOWN'))
    holdRefused('A request', refused, 'DATABASE_AWAY')
    return `${refused.length} of ${answers.length} refused in 20 cuts, back after ${seconds(await recovery(server))}`
  }),
  proxied('A database that takes no changes', async server => {
    await server.query('SET GLOBAL read_only = 1')
    try {
      holdRefused('A change', [await ask(server, write)], 'DATABASE_READ_ONLY')
      hold((await ask(server, read)).status === 200, 'Reading ended as well.')
    } finally {
      await server.query('SET GLOBAL read_only = 0')
    }
    return `refused with DATABASE_READ_ONLY, back after ${seconds(await recovery(server))}`
  }),
  proxied('A database that has no connection left', async (server, proxy, user) => {
    await server.query(`ALTER USER '${user}'@'%' WITH MAX_USER_CONNECTIONS 1`)
    proxy.cut()
    await sleep(200)
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(server, read)))
    const refused = answers.filter(({ status }) => status !== 200)
    holdRefused('A request', refused, 'DATABASE_AWAY')
    hold(refused.length > 0, 'Nobody was refused.')
    await server.query(`ALTER USER '${user}'@'%' WITH MAX_USER_CONNECTIONS 0`)
    return `${refused.length} of 40 refused, back after ${seconds(await recovery(server))}`
  }),
  {
    name: 'A disk that becomes full, on SQLite',
    run: folder =>
      withSmallDisk(join(folder, 'disk'), () =>
        onDatabase('SQLite', join(folder, 'disk'), async server => {
          let written = 0
          const notes = 'ple '.repeat(1000)
          const large = `mutation { createClient(input: { legalName: "Ple", notes: "${notes}", address: { line1: "a", city: "b" } }) { client { id } } }`
          let last = await ask(server, large)
          for (; last.status === 200; written++) last = await ask(server, large)
          holdRefused('A change', [last, await ask(server, large)], 'STORAGE_FULL')
          hold(
            (await ask(server, read)).status === 200 && (await health(server)).status === 200,
            'Reading ended as well.',
          )
          return `${written} clients had room, then STORAGE_FULL, and reading went on`
        }),
      ),
  },
]
