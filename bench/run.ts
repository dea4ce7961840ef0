import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { startMariadb } from '../test/support/private-mariadb.js'
import type { DatabaseLocation } from '../src/database/data-source.js'
import { differenceOf } from './check.js'
import { prepareDatabase, type Database, type DatabaseName, type Size } from './database.js'
import { measure, type Effort } from './measure.js'
import { queries, type Query } from './queries.js'
import { Report } from './report.js'
import { benchSearch, searchLimit, type SearchResult } from './search.js'

interface Options {
  clients: number
  documentsPerClient: number
  growthFrom: number
  seconds: number
  rounds: number
  only?: DatabaseName
  query?: string
  searchClients: number
  quick?: boolean
}

const given = new Command('bench')
  .description(
    'Measures the built server beside a floor: node:http, the driver, and for each question the fastest statements that we know for the same answer. docs/performance.md says how to read it.',
  )
  .option('--clients <n>', 'clients of the demo; 0 leaves all but search out', Number, 1000)
  .option('--documents-per-client <n>', 'documents of each', Number, 100)
  .option('--growth-from <n>', 'documents per client from which growth is measured, to 100 times as many', Number, 10)
  .option('--seconds <n>', 'length of one sample', Number, 0.8)
  .option('--rounds <n>', 'samples of each side, in turn', Number, 5)
  .option('--only <database>', 'sqlite or mariadb')
  .option('--query <text>', 'only queries whose name has this text, without growth, crowd and search')
  .option('--search-clients <n>', 'clients among which search is measured, such as 100000; minutes more', Number, 0)
  .option('--quick', 'a tenth of the clients and documents, short samples, no search: shows that all runs')
  .parse()
  .opts<Options>()

const options: Options = given.quick
  ? { ...given, clients: 150, documentsPerClient: 20, growthFrom: 1, seconds: 0.3, rounds: 3, searchClients: 0 }
  : given
const { clients, documentsPerClient, growthFrom, seconds, rounds, only, query: words } = options
const size: Size = { clients, documentsPerClient, growthFrom }
const effort: Effort = { seconds, rounds }
const starts = options.quick ? 1 : 3
const crowd = 64

const report = new Report()

async function measureAll(databases: readonly Database[]) {
  const chosen = queries.filter(({ name }) => !words || name.includes(words))
  const equal: Query[] = []
  for (const query of chosen) {
    const differences: string[] = []
    for (const database of databases) {
      const difference = await differenceOf(database, query)
      if (difference) differences.push(`${database.name}: ${difference}`)
    }
    if (differences.length === 0) equal.push(query)
    else report.void(query, differences)
  }
  for (const query of equal) {
    console.error(query.name)
    report.throughput(query, await measure(databases, query, effort))
  }
  const page = equal.find(({ operation }) => operation === 'pageWithOverviews')
  if (page && !words) {
    console.error('crowd and growth')
    report.crowd(crowd, await measure(databases, page, { seconds: seconds * 3, rounds: 3 }, { connections: crowd }))
    await measureGrowth(databases, page)
  }
  await report.servers(databases)
}

/** One asks at a time, so that nothing but the statement and what is made of it takes longer. */
async function measureGrowth(databases: readonly Database[], page: Query) {
  for (const database of databases) {
    for (const main of database.growing) {
      const grown = { ...database, main }
      const difference = await differenceOf(grown, page)
      if (difference) report.void(page, [`${database.name}, ${main.documentsPerClient} documents: ${difference}`])
      const measured = await measure(
        [grown],
        page,
        { seconds, rounds: 3 },
        { connections: 1, sides: ['product', 'floor'] },
      )
      report.growth(grown, measured.get(grown))
    }
  }
}

async function measureIn(locationOf: (name: DatabaseName, what: string) => DatabaseLocation, names: DatabaseName[]) {
  if (clients > 0) {
    const preparing = names.map(name => prepareDatabase(name, locationOf(name, 'documents'), size, starts))
    const databases = await Promise.all(preparing)
    try {
      await measureAll(databases)
    } finally {
      for (const database of databases) await database.stop()
    }
  }
  if (options.searchClients > 0 && !words) {
    const found: SearchResult[] = []
    for (const name of names)
      found.push(...(await benchSearch(name, locationOf(name, 'search'), options.searchClients)))
    report.search(options.searchClients, searchLimit, found)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'clientela-bench-'))
const server = only === 'sqlite' ? undefined : await startMariadb()
try {
  const names: DatabaseName[] = only ? [only] : ['sqlite', 'mariadb']
  await measureIn((name, what) => {
    const dataDir = join(folder, `${name}-${what}`)
    return name === 'sqlite' ? { dataDir } : { dataDir, url: `${server?.url ?? ''}bench_${what}` }
  }, names)
} finally {
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
}
console.log(report.text())
if (report.failed) process.exitCode = 1
