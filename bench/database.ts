import { spawn, type ChildProcess } from 'node:child_process'
import { createConnection } from 'mysql2/promise'
import autocannon from 'autocannon'
import { Database } from '../src/database/database.js'
import type { DatabaseLocation } from '../src/database/data-source.js'
import { startFloor } from './floor.js'
import { captureStatements, queries } from './queries.js'

export interface Load {
  clients: number
  documentsPerClient: number
  seconds: number
  rounds: number
}

export type Result = { name: string } & Record<string, string>

const cli = 'dist/cli.js'

export async function benchDatabase(
  name: 'sqlite' | 'mariadb',
  location: DatabaseLocation,
  load: Load,
): Promise<Result[]> {
  const environment = {
    ...process.env,
    DATA_DIR: location.dataDir || '.',
    DATABASE_URL: location.url ?? '',
    LOG_LEVEL: 'error',
  }
  if (location.url) await createDatabase(location.url)
  console.log(`\n${name}`)
  const migrated = await timed(() => run(['migrate'], environment))
  console.log(`  migrate an empty database: ${seconds(migrated.ms)}`)
  const demo = await timed(() =>
    run(
      ['demo', '--clients', String(load.clients), '--documents-per-client', String(load.documentsPerClient), '--json'],
      environment,
    ),
  )
  const { secret } = JSON.parse(demo.value) as { secret: string } // what `demo --json` prints
  console.log(`  load ${load.clients} clients × ${load.documentsPerClient} documents: ${seconds(demo.ms)}`)

  const port = 4100 + Math.floor(Math.random() * 500)
  const started = await timed(() => startServer(port, environment))
  console.log(`  start until healthy: ${seconds(started.ms)}`)
  const server = started.value
  process.once('exit', () => server.kill('SIGKILL'))
  const database = await Database.open(location)
  try {
    const results: Result[] = []
    for (const query of queries) {
      const statements = await captureStatements(database, secret, query)
      const floor = await startFloor(location, statements)
      try {
        results.push(
          await compare(
            `${name}: ${query.name}`,
            `http://127.0.0.1:${port}/graphql`,
            floor.url,
            secret,
            query.text,
            load,
          ),
        )
      } finally {
        await floor.stop()
      }
    }
    return results
  } finally {
    await database.close()
    server.kill('SIGTERM')
  }
}

/** Both sides in turn, so that whatever else the machine does meets both. */
async function compare(
  name: string,
  ours: string,
  floor: string,
  secret: string,
  query: string,
  { seconds: duration, rounds }: Load,
): Promise<Result> {
  const cannon = (url: string) =>
    autocannon({
      url,
      method: 'POST',
      connections: 8,
      duration,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query }),
    })
  const samples: { ours: autocannon.Result; floor: autocannon.Result }[] = []
  await cannon(ours) // warms both up
  await cannon(floor)
  for (let round = 0; round < rounds; round++) samples.push({ ours: await cannon(ours), floor: await cannon(floor) })
  for (const { ours: our, floor: bare } of samples) {
    if (our.non2xx + our.errors + bare.non2xx + bare.errors > 0)
      throw new Error(
        `${name}: ${our.non2xx + our.errors} of ours and ${bare.non2xx + bare.errors} of the bare requests failed.`,
      )
  }
  const result = {
    name,
    ratio: spread(
      samples.map(sample => sample.ours.requests.average / sample.floor.requests.average),
      2,
    ),
    'ours/s': spread(
      samples.map(sample => sample.ours.requests.average),
      0,
    ),
    'bare/s': spread(
      samples.map(sample => sample.floor.requests.average),
      0,
    ),
    'ours p50 ms': spread(
      samples.map(sample => sample.ours.latency.p50),
      0,
    ),
    'ours p99 ms': spread(
      samples.map(sample => sample.ours.latency.p99),
      0,
    ),
    'bare p99 ms': spread(
      samples.map(sample => sample.floor.latency.p99),
      0,
    ),
  }
  console.log(`  ${name}: ratio ${result.ratio}`)
  return result
}

function spread(values: number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  const [low = 0, median = 0, high = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
  return `${median.toFixed(digits)} [${low.toFixed(digits)}–${high.toFixed(digits)}]`
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begin = performance.now()
  const value = await work()
  return { value, ms: performance.now() - begin }
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.once('error', reject)
    child.once('exit', code => {
      if (code === 0) resolve(output)
      else reject(new Error(`clientela ${args.join(' ')} ended with ${code}.`))
    })
  })
}

async function startServer(port: number, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [cli, 'serve'], {
    env: { ...env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (let attempt = 0; attempt < 500; attempt++) {
    const healthy = await fetch(`http://127.0.0.1:${port}/health`).then(
      response => response.ok,
      () => false,
    )
    if (healthy) return child
    if (child.exitCode !== null) break
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  child.kill('SIGKILL')
  throw new Error('The server did not become healthy within 10 s.')
}

export async function createDatabase(url: string) {
  const connection = await createConnection({ uri: url.replace(/^mariadb:/, 'mysql:').replace(/\/[^/]*$/, '/') })
  const name = new URL(url).pathname.slice(1)
  await connection.query(`DROP DATABASE IF EXISTS ${name}`)
  await connection.query(`CREATE DATABASE ${name}`)
  await connection.end()
}
