import { createConnection } from 'mysql2/promise'
import type { DatabaseLocation } from '../src/database/data-source.js'
import { openStore, type Store } from './floor/store.js'
import { ask, type Request, type Target } from './load.js'
import type { Query } from './queries.js'
import { runCommand, startFloorProcess, startProduct, type Server } from './server.js'

export type DatabaseName = 'sqlite' | 'mariadb'

export interface Size {
  clients: number
  documentsPerClient: number
  /** How many documents a client of the smallest growing organisation has. */
  growthFrom: number
}

/** An organisation of the demo, and the places in it that requests ask for. */
export interface Organization {
  id: string
  secret: string
  documentsPerClient: number
  clients: { id: string; folded: string }[]
  /** Where pages of 50 begin: behind the cursor of the product, and behind the row of the floor. */
  pages: { cursor: string | null; after: [folded: string, id: string] | null }[]
}

/** One database with the product and the floor, twice, in front of it. */
export interface Database {
  name: DatabaseName
  store: Store
  /** The organisation of the reads. */
  main: Organization
  /** The one that writes fill. */
  written: Organization
  /** Those with 1, 10 and 100 times as many documents. */
  growing: Organization[]
  product: Server
  floor: Server
  floorAgain: Server
  healthyAfter: number
  idleMemory: number | null
  stop(): Promise<void>
}

export async function prepareDatabase(
  name: DatabaseName,
  location: DatabaseLocation,
  { clients, documentsPerClient, growthFrom }: Size,
  starts: number,
): Promise<Database> {
  const environment = {
    ...process.env,
    DATA_DIR: location.dataDir,
    DATABASE_URL: location.url ?? '',
    LOG_LEVEL: 'error',
  }
  if (location.url) await createDatabase(location.url)
  await runCommand(['migrate'], environment)
  const makeDemo = async (organizationName: string, count: number, documents: number) => {
    const sizes = ['--clients', String(count), '--documents-per-client', String(documents)]
    const printed = await runCommand(['demo', ...sizes, '--organization-name', organizationName, '--json'], environment)
    const { organization, secret } = JSON.parse(printed) as { organization: { id: string }; secret: string } // what `demo --json` prints
    return { id: organization.id, secret, documentsPerClient: documents }
  }
  const begin = performance.now()
  const made = [await makeDemo('Bench', clients, documentsPerClient), await makeDemo('Written', 50, 10)]
  for (const times of [1, 10, 100]) made.push(await makeDemo(`Growth ${times}`, 50, growthFrom * times))
  console.error(`${name}: loaded in ${((performance.now() - begin) / 1000).toFixed(0)} s`)

  const { product, healthyAfter } = await startProduct(environment, starts)
  await new Promise(resolve => setTimeout(resolve, 2000))
  const idleMemory = await product.memory()
  const store = openStore(location)
  const organizations: Organization[] = []
  for (const one of made) organizations.push({ ...one, ...(await placesIn(store, product, one)) })
  const [main, written, ...growing] = organizations
  if (!main || !written) throw new Error('A demo is missing.')
  const { today } = (await askProduct(product, main, { query: '{ viewer { today } }' })).viewer as { today: string } // the query
  const floor = await startFloorProcess({ location, today })
  const floorAgain = await startFloorProcess({ location, today })
  return {
    name,
    store,
    main,
    written,
    growing,
    product,
    floor,
    floorAgain,
    healthyAfter,
    idleMemory,
    async stop() {
      for (const server of [product, floor, floorAgain]) await server.stop()
      await store.close()
    },
  }
}

async function placesIn(store: Store, product: Server, organization: { id: string; secret: string }) {
  const rows = await store.rows<[string, string]>(
    'SELECT id, legal_name_folded FROM clients WHERE organization_id = ? AND archived_at IS NULL ORDER BY legal_name_folded, id',
    [organization.id],
  )
  const clients = rows.map(([id, folded]) => ({ id, folded }))
  const pages: Organization['pages'] = [{ cursor: null, after: null }]
  for (let last = 49; last < clients.length - 50; last += 50) {
    const query = 'query($after: String) { clients(first: 50, after: $after) { pageInfo { endCursor } } }'
    const { clients: page } = await askProduct(product, organization, {
      query,
      variables: { after: pages.at(-1)?.cursor },
    })
    const { endCursor } = (page as { pageInfo: { endCursor: string } }).pageInfo // the query
    const client = clients[last]
    if (client) pages.push({ cursor: endCursor, after: [client.folded, client.id] })
  }
  return { clients, pages }
}

async function askProduct(
  product: Server,
  organization: { secret: string },
  body: object,
): Promise<Record<string, unknown>> {
  const answer = await ask(targetOf(product, organization), {
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify(body),
  })
  const { data } = JSON.parse(answer.body) as { data?: Record<string, unknown> } // GraphQL over HTTP
  if (!data) throw new Error(answer.body)
  return data
}

export const targetOf = (server: Server, { secret }: { secret: string }): Target => ({
  url: server.url,
  headers: { authorization: `Bearer ${secret}` },
})

/** The nth request of a query, to the product. */
export function productRequest(database: Database, query: Query, ordinal: number): Request {
  const { path, query: text, variables } = query.question(database, ordinal)
  if (path) return { method: 'GET', path }
  return { method: 'POST', path: '/graphql', body: JSON.stringify({ query: text, variables }) }
}

/** The same question to the floor. */
export const floorRequest = (database: Database, query: Query, ordinal: number): Request => ({
  method: 'POST',
  path: '/',
  body: JSON.stringify({ operation: query.operation, asked: query.question(database, ordinal).asked }),
})

export async function createDatabase(url: string) {
  const connection = await createConnection({ uri: url.replace(/^mariadb:/, 'mysql:').replace(/\/[^/]*$/, '/') })
  const name = new URL(url).pathname.slice(1)
  await connection.query(`DROP DATABASE IF EXISTS ${name}`)
  await connection.query(`CREATE DATABASE ${name}`)
  await connection.end()
}
