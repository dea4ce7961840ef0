import { setTimeout as sleep } from 'node:timers/promises'
import { getIntrospectionQuery } from 'graphql'
import { readConfig } from '../../src/config.js'
import { Database } from '../../src/database/database.js'
import { copyClient } from '../support/many-clients.js'
import { hold, megabytes, type Fault } from './fault.js'
import { high, onDatabase, type Server } from './server.js'

// The requests that one valid key can send, while somebody else asks for little. CLIENTS and DOCUMENTS are how much
// there is.

const clients = Number(process.env.CLIENTS ?? 10_000)
const documents = Number(process.env.DOCUMENTS ?? 20)
/** At most 64 MB of documents are kept (graphql/kept-documents.ts). */
const limits = { p99: 250, memory: 200 * 2 ** 20, documents: 80 * 2 ** 20 }
/** How long each is asked again and again. */
const duration = 4000

interface Attack {
  name: string
  /** The status that it is answered with. */
  status: 200 | 400
  /** The query to ask the next time. */
  query: (at: number) => string
  /** How many at once. */
  atOnce?: number
}

const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(' ')
const aliased = (count: number, selection: string) => `{ ${times(count, at => `a${at}: ${selection}`)} }`
const large = (at: number) =>
  `{ ${times(25, each => `a${at}_${each}: clients(first: 1) { nodes { ${times(30, field => `b${field}: legalName`)} overview { invoices { overdue { count } } } } }`)} }`

const attacks: Attack[] = [
  {
    name: 'a document of quotation marks that are never closed',
    status: 400,
    query: () => `{__typename}"${'\\"'.repeat(150_000)}`,
  },
  { name: '50 schemas', status: 400, query: () => aliased(50, '__schema { types { name fields { name } } }') },
  { name: 'the standard introspection query', status: 200, query: () => getIntrospectionQuery() },
  { name: '50 counts of the history', status: 400, query: () => aliased(50, 'activityEvents { totalCount }') },
  {
    name: '50 filters by figures',
    status: 400,
    query: () => aliased(50, 'clients(first: 1, filter: { overdue: { gt: "1000000000" } }) { nodes { id } }'),
  },
  {
    name: '50 overviews of the organisation',
    status: 400,
    query: () => aliased(50, 'organization { overview { invoices { overdue { count } } } }'),
  },
  {
    name: 'as many counts of the history as the budget allows',
    status: 200,
    query: () => aliased(19, 'activityEvents { totalCount }'),
  },
  {
    name: 'as many filters by figures as the budget allows',
    status: 200,
    query: at =>
      aliased(27, `clients(first: 1, filter: { overdue: { gt: "${1_000_000_000 + at}" } }) { nodes { id } }`),
  },
  {
    name: 'as many overviews as the budget allows',
    status: 200,
    query: () => aliased(19, 'organization { overview { invoices { overdue { count } } } }'),
  },
  {
    name: 'likely duplicates of all',
    status: 200,
    query: () => '{ clientDuplicates(first: 100) { score client { legalName } other { legalName } } }',
  },
  {
    name: 'likely duplicates of each client of a page',
    status: 200,
    query: () => '{ clients(first: 100) { nodes { likelyDuplicates { score } } } }',
  },
  {
    name: 'a page of 100 clients with their overviews',
    status: 200,
    query: () =>
      '{ clients(first: 100) { nodes { legalName overview { projects { totalHours } tasks { open { count } } purchaseOrders { open { count } } invoices { overdue { count } netBalance { base { amount } } } } } } }',
  },
]

const ask = (server: Server, query: string) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ query }),
  })

/** Measures how long a bystander waits while the work goes on. */
async function waitsDuring(server: Server, work: () => Promise<void>): Promise<number[]> {
  const waits: number[] = []
  let isOn = true
  const bystander = (async () => {
    while (isOn) {
      const start = performance.now()
      const answer = await ask(server, '{ clients(first: 1) { nodes { id legalName } } }')
      const body = await answer.text()
      hold(answer.ok, `A bystander is answered with ${answer.status}: ${body}`)
      waits.push(performance.now() - start)
      await sleep(10)
    }
  })()
  await work().finally(() => {
    isOn = false
  })
  await bystander
  return waits
}

/** Asked again and again for a while; fails where one is answered with another status. */
async function told(server: Server, { name, status, query, atOnce = 1 }: Attack): Promise<string> {
  let asked = 0
  let longest = 0
  const problems: string[] = []
  const until = performance.now() + duration
  const again = async () => {
    while (performance.now() < until) {
      const start = performance.now()
      const answer = await ask(server, query(asked++))
      const body = await answer.text()
      longest = Math.max(longest, performance.now() - start)
      if (answer.status !== status) problems.push(`${answer.status} ${body.slice(0, 300)}`)
    }
  }
  const { result: waits, memory } = await server.memoryOf(() =>
    waitsDuring(server, async () => {
      await Promise.all(Array.from({ length: atOnce }, again))
    }),
  )
  const p99 = high(waits, 0.99)
  const figures = `${name}: asked ${asked} times, answered after ${Math.round(longest)} ms at the most; bystander ${Math.round(high(waits, 0.5))} ms, p99 ${Math.round(p99)} ms; ${megabytes(memory)}`
  hold(problems.length === 0, `${figures}; ${problems[0]}`)
  hold(p99 < limits.p99 && memory < limits.memory, figures)
  return figures
}

async function withoutError(work: () => Promise<string>): Promise<{ figures: string; failed: boolean }> {
  try {
    return { figures: await work(), failed: false }
  } catch (error) {
    return { figures: error instanceof Error ? error.message : String(error), failed: true }
  }
}

/** All of them, whether one holds or not: what each takes is told. */
export async function attackAll(server: Server, pattern = ''): Promise<string> {
  const outcomes: { figures: string; failed: boolean }[] = []
  await ask(server, getIntrospectionQuery()).then(answer => answer.text()) // the first is made
  for (const attack of attacks.filter(({ name }) => name.includes(pattern)))
    outcomes.push(await withoutError(() => told(server, attack)))
  if ('large documents'.includes(pattern)) outcomes.push(await withoutError(() => largeDocuments(server)))
  const lines = outcomes.map(({ figures, failed }) => `\n  ${failed ? '✗' : '·'} ${figures}`).join('')
  hold(
    outcomes.every(({ failed }) => !failed),
    lines,
  )
  return lines
}

/** Each is sent three times, since what is asked once is not kept. */
async function largeDocuments(server: Server): Promise<string> {
  const send = async (at: number) => {
    for (let time = 0; time < 3; time++) {
      const answer = await ask(server, large(at))
      const body = await answer.text()
      hold(answer.ok, `A large document is answered with ${answer.status}: ${body}`)
    }
  }
  for (let at = 1000; at < 1030; at++) await send(at) // what the process takes at work, and what is kept, is there
  const { memory } = await server.memoryOf(async () => {
    for (let at = 0; at < 240; at++) await send(at)
  })
  hold(memory < limits.documents, `240 large documents: ${megabytes(memory)}`)
  return `240 large documents: ${megabytes(memory)}`
}

async function loadDemo(server: Server) {
  const made = JSON.parse(
    await server.command(['demo', '--json', '--clients', String(clients), '--documents-per-client', String(documents)]),
  ) as { secret: string } // as the command prints it
  server.useKey(made.secret)
}

/** Clients that share all keys with 19 others, and one that all of them share. */
async function sharedKeys(server: Server): Promise<string> {
  const figures: string[] = []
  for (const [name, keys] of [
    ['that share one key', { name_key: "'roca'" }],
    [
      'that share all keys with 19 others',
      { name_key: "CONCAT('n', n - n % 20)", phone_key: 'n - n % 20', domain_key: "CONCAT('d', n - n % 20)" },
    ],
  ] as const) {
    const { id } = await server.createClient('Roca')
    await server.stop()
    const database = await Database.open(readConfig(server.environment))
    await copyClient(database, id, clients, keys).finally(() => database.close())
    await server.start()
    figures.push(
      await told(server, {
        name: `${clients} clients ${name}`,
        status: 200,
        query: () => '{ clientDuplicates(first: 100) { score } }',
      }),
    )
  }
  return figures.map(each => `\n  · ${each}`).join('')
}

const on = (name: string, work: (server: Server) => Promise<string>) =>
  ['SQLite', 'MariaDB'].map((database): Fault => ({
    name: `${name}, on ${database}`,
    run: folder => onDatabase(database, folder, work),
  }))

export const hostileRequests: Fault[] = [
  ...on(`hostile requests at ${clients} clients of ${documents} documents`, async server => {
    await loadDemo(server)
    return attackAll(server)
  }),
  ...on('hostile requests for likely duplicates', sharedKeys),
]
