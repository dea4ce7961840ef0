import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { startMariadb } from '../test/support/private-mariadb.js'
import { benchDatabase, type Result } from './database.js'

const { clients, documentsPerClient, seconds, rounds, only } = new Command('bench')
  .description('Measures start, demo load, and overview and list queries against the same SQL run by the bare driver behind node:http, side by side.')
  .option('--clients <n>', 'clients of the demo', Number, 1000)
  .option('--documents-per-client <n>', 'documents of each', Number, 100)
  .option('--seconds <n>', 'length of one round', Number, 4)
  .option('--rounds <n>', 'rounds of each side, taken in turn', Number, 5)
  .option('--only <database>', 'sqlite or mariadb')
  .parse()
  .opts<{ clients: number; documentsPerClient: number; seconds: number; rounds: number; only?: string }>()

const load = { clients, documentsPerClient, seconds, rounds }
const results: Result[] = []

if (only !== 'mariadb') {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientela-bench-'))
  try {
    results.push(...(await benchDatabase('sqlite', { dataDir }, load)))
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
if (only !== 'sqlite') {
  const server = await startMariadb()
  try {
    const url = new URL(server.url)
    url.pathname = '/clientela_bench'
    results.push(...(await benchDatabase('mariadb', { dataDir: '', url: url.href }, load)))
  } finally {
    await server.stop()
  }
}

console.log('\nRatio: our throughput over the bare driver\'s; 1 would be as fast as no server at all. Median of the rounds [lowest–highest].')
console.table(Object.fromEntries(results.map(({ name, ...figures }) => [name, figures])))
