import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { startMariadb } from '../test/support/private-mariadb.js'
import type { DatabaseLocation } from '../src/database/data-source.js'
import { benchDatabase, createDatabase, type Result } from './database.js'
import { benchSearch } from './search.js'

const { clients, documentsPerClient, seconds, rounds, only, searchClients } = new Command('bench')
  .description(
    'Measures start, demo load, and overview and list queries against the same SQL run by the bare driver behind node:http, side by side; and search among many clients.',
  )
  .option('--clients <n>', 'clients of the demo; 0 leaves all but search out', Number, 1000)
  .option('--documents-per-client <n>', 'documents of each', Number, 100)
  .option('--seconds <n>', 'length of one round', Number, 4)
  .option('--rounds <n>', 'rounds of each side, taken in turn', Number, 5)
  .option('--only <database>', 'sqlite or mariadb')
  .option('--search-clients <n>', 'clients among which search is measured; 0 leaves it out', Number, 100_000)
  .parse()
  .opts<{
    clients: number
    documentsPerClient: number
    seconds: number
    rounds: number
    only?: string
    searchClients: number
  }>()

const load = { clients, documentsPerClient, seconds, rounds }
const results: Result[] = []
const searches: Result[] = []
const searchRequests = 50
const searchLimit = 20 // milliseconds, of the median

async function measure(name: 'sqlite' | 'mariadb', locationOf: (what: string) => DatabaseLocation) {
  if (clients > 0) results.push(...(await benchDatabase(name, locationOf('documents'), load)))
  if (searchClients > 0)
    searches.push(...(await benchSearch(name, locationOf('search'), searchClients, searchRequests)))
}

if (only !== 'mariadb') {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientela-bench-'))
  try {
    await measure('sqlite', what => ({ dataDir: join(dataDir, what) }))
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
if (only !== 'sqlite') {
  const server = await startMariadb()
  try {
    await createDatabase(`${server.url}bench_search`)
    await measure('mariadb', what => ({ dataDir: '', url: `${server.url}bench_${what}` }))
  } finally {
    await server.stop()
  }
}

console.log(
  "\nRatio: our throughput over the bare driver's; 1 would be as fast as no server at all. Median of the rounds [lowest–highest].",
)
console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])))
if (searches.length > 0) {
  console.log(
    `\nSearch among ${searchClients} clients with their contacts, over HTTP, beside the bare driver's look-up of one client by its id.`,
  )
  console.table(Object.fromEntries(searches.map(({ name, ...figures }) => [name, figures])))
  const slow = searches.filter(result => Number(result['median ms']) > searchLimit)
  if (slow.length > 0) {
    console.error(`Over the limit of ${searchLimit} ms: ${slow.map(({ name }) => name).join(', ')}.`)
    process.exitCode = 1
  }
}
