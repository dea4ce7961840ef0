import { createHash } from 'node:crypto'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import '../../src/features/index.js'
import { World, type Tenant } from '../support/world.js'

// Feeds of very many rows: `tsx test/faults/feeds.ts`, with ROWS and TEST_DATABASE as for the tests. The reader runs in the same process, so
// its share of time and memory counts against the limits.

const rows = Number(process.env.ROWS ?? 1_000_000)
const limits = { firstByte: 1000, rowsPerSecond: 20_000, memory: 150, release: 1000 }
/** Long enough to see whether what is read ahead grows. */
const slowRead = 15_000

const outcome = { passed: 0, failed: 0 }
function hold(name: string, holds: boolean, figures: string) {
  outcome[holds ? 'passed' : 'failed']++
  console.log(`${holds ? '✓' : '✗'} ${name}: ${figures}`)
}

const idOf = (at: number) => `cli_${String(at).padStart(22, '0')}`

/** Copies of one client, with ids that follow one another; without what they are found by, which no feed reads. */
async function fill(tenant: Tenant) {
  const { world: { database }, organizationId } = tenant
  const { id } = await tenant.client({ legalName: 'Núria, «S.L.»' })
  await database.write(async manager => {
    const [row] = await manager.query<Record<string, unknown>[]>('SELECT * FROM clients WHERE id = ?', [id])
    const columns = Object.keys(row ?? {}).filter(name => name !== 'id')
    const digit = '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)'
    const number = '(a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d + 100000 * g.d)'
    const padded = database.dialect.name === 'sqlite' ? `'cli_' || printf('%022d', ${number})` : `CONCAT('cli_', LPAD(${number}, 22, '0'))`
    const numbers = `${['a', 'b', 'c', 'e', 'f', 'g'].map(name => `${digit} ${name}`).join(' CROSS JOIN ')}`
    await manager.query(`INSERT INTO clients (id, ${columns.join(', ')}) SELECT ${padded}, ${columns.map(name => `k.${name}`).join(', ')} FROM ${numbers} CROSS JOIN clients k WHERE k.id = ? AND ${number} < ?`, [id, rows])
    await manager.query("DELETE FROM record_changes WHERE organization_id = ? AND kind IN ('Client', 'ClientSummary')", [organizationId])
    await manager.query('DELETE FROM clients WHERE id = ?', [id])
    for (const kind of ['Client', 'ClientSummary']) {
      await manager.query(`INSERT INTO record_changes (organization_id, kind, record_id, position, deleted) SELECT organization_id, '${kind}', id, 1, 0 FROM clients WHERE organization_id = ?`, [organizationId])
    }
  })
}

const open = (tenant: Tenant, path: string) => new Promise<IncomingMessage>((resolve, reject) => {
  request(`${tenant.world.url.replace('/graphql', '')}/export/v1/${path}`, { headers: { 'x-api-key': tenant.secret } }, resolve).on('error', reject).end()
})

/** The most memory that is taken beyond what was taken before. */
function watchMemory() {
  global.gc?.()
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => { most = Math.max(most, process.memoryUsage.rss()) }, 50)
  return () => { clearInterval(timer); return Math.round((most - before) / 2 ** 20) }
}

/** The ids in their order, as their checksum; every row has its own. */
async function streams(tenant: Tenant, path: string, idIn: (line: string) => string, headLines: number) {
  const expected = createHash('sha256')
  for (let at = 0; at < rows; at++) expected.update(idOf(at))
  const memory = watchMemory()
  const begun = performance.now()
  const response = await open(tenant, path)
  let firstByte = 0
  let lines = -headLines
  let rest = ''
  const sum = createHash('sha256')
  for await (const part of response.setEncoding('utf8')) {
    firstByte ||= performance.now() - begun
    const pieces = (rest + String(part)).split('\n')
    rest = pieces.pop() ?? ''
    for (const line of pieces) if (lines++ >= 0) sum.update(idIn(line))
  }
  const perSecond = Math.round(lines / ((performance.now() - begun) / 1000))
  const most = memory()
  hold(`${path}: every row once`, lines === rows && sum.digest('hex') === expected.digest('hex'), `${lines} rows`)
  hold(`${path}: first byte`, firstByte <= limits.firstByte, `${firstByte.toFixed(0)} ms of ${limits.firstByte}`)
  hold(`${path}: rows a second`, perSecond >= limits.rowsPerSecond, `${perSecond} of ${limits.rowsPerSecond}`)
  hold(`${path}: memory`, most <= limits.memory, `${most} MB of ${limits.memory}`)
}

const viewsOf = ({ world }: Tenant) => (world.database as unknown as { views: number }).views // no feature can see them

async function slowReader(tenant: Tenant) {
  const memory = watchMemory()
  const response = await open(tenant, 'clients.jsonl')
  const until = performance.now() + slowRead
  while (performance.now() < until) {
    response.read(1000)
    await setTimeout(50)
  }
  const most = memory()
  hold('a slow reader: memory', most <= limits.memory, `${most} MB of ${limits.memory} in ${slowRead / 1000} s`)
  const held = viewsOf(tenant)
  const gone = performance.now()
  response.destroy()
  while (viewsOf(tenant) > 0 && performance.now() - gone < 10_000) await setTimeout(10)
  const took = performance.now() - gone
  hold('a reader that goes: its connection is given back', viewsOf(tenant) === 0 && took <= limits.release, `${held} held, after ${took.toFixed(0)} ms none`)
}

const world = await World.start()
try {
  const tenant = await world.organization()
  const begun = performance.now()
  await fill(tenant)
  console.log(`${rows} clients on ${world.database.dialect.name}, made in ${((performance.now() - begun) / 1000).toFixed(1)} s; Node ${process.version}; nothing is random.`)
  await streams(tenant, 'clients.jsonl', line => /^\{"id":"(\w+)"/.exec(line)?.[1] ?? '', 0)
  await streams(tenant, 'clients.csv', line => line.slice(0, line.indexOf(',')), 1)
  await streams(tenant, 'client-summaries.jsonl', line => /^\{"client_id":"(\w+)"/.exec(line)?.[1] ?? '', 0)
  await slowReader(tenant)
} finally {
  await world.stop()
}
console.log(`\n${outcome.passed} passed, ${outcome.failed} failed`)
process.exitCode = outcome.failed > 0 ? 1 : 0
