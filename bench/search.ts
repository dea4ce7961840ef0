import 'reflect-metadata'
import { Database } from '../src/database/database.js'
import type { DatabaseLocation } from '../src/database/data-source.js'
import { companyNif } from '../src/demo/tax-number.js'
import { Random } from '../src/demo/random.js'
import { trades } from '../src/demo/vocabulary/companies.js'
import { givenNames, surnames } from '../src/demo/vocabulary/people.js'
import { createApiKey } from '../src/features/access/index.js'
import { Client, Contact } from '../src/features/clients/index.js'
import { resolvers } from '../src/features/index.js'
import type { Context } from '../src/request/context.js'
import { keyScopes } from '../src/model/permission.js'
import { schemaOf } from '../src/graphql/schema.js'
import { fold } from '../src/lib/fold.js'
import { createServer } from '../src/http/server.js'
import { createOrganization } from '../src/features/organizations/index.js'
import { System } from '../src/request/system.js'
import { createDatabase } from './database.js'
import { startFloor } from './floor/server.js'
import { at } from './load.js'
import type { Row } from '../src/model/field-definition.js'

const trade = [...trades.CA, ...trades.ES]
const family = [...surnames.CA, ...surnames.ES]
const given = [...givenNames.CA, ...givenNames.ES]
const towns = ['Terrassa', 'Sabadell', "l'Hospitalet", 'Girona', 'Vic', 'Madrid', 'Sevilla', 'Barcelona']

const queries: Record<string, string> = {
  'a tax id': `ES ${companyNif('B', '0001234').replace('B', 'B-')}`,
  'a rare word': `q${(1500).toString(36)}`,
  'a trade': 'fusteria',
  'a surname': 'puigdomenech',
  'a trade and a surname': 'transports garcia',
  'a whole name': 'construccions garcia vidal sl',
  'a contact': 'montserrat vidal roca',
  'a beginning of two letters': 'co',
  'the same, of names and people': 'ma',
  'a word of most': 'sl',
  'three common words': 'fills sa cons',
  'common words that meet seldom': 'barcelona fills sa',
  'common words that never meet': 'terrassa sabadell',
  'common words of e-mail addresses': 'info example',
  'a common word and a missing one': 'sl zzzz',
  'no hit': 'zzzz',
}

export interface SearchResult {
  name: string
  hits: number
  /** Medians and the last percentile, in milliseconds. */
  ours: number
  last: number
  bare: number
}

const requests = 50
/** The longest median, in milliseconds. */
export const searchLimit = 20

/** How long `search` takes, over HTTP, among many clients with their contacts; beside it the look-up of one client by the bare driver. */
export async function benchSearch(name: string, location: DatabaseLocation, clients: number): Promise<SearchResult[]> {
  if (location.url) await createDatabase(location.url)
  const database = await Database.open(location)
  try {
    await database.migrate()
    const system = new System(database)
    const organization = await createOrganization(system, { name: 'Bench' })
    const context = system.contextOf(organization)
    const begin = performance.now()
    const loaded = await load(context, clients)
    console.log(
      `  ${name}: load ${clients} clients and ${loaded - clients} contacts with their words: ${((performance.now() - begin) / 1000).toFixed(1)} s`,
    )
    const { secret } = await context.mutate('admin', scope =>
      createApiKey(scope, { name: 'Bench', scopes: [...keyScopes] }),
    )
    const server = await createServer({ database, schema: await schemaOf(resolvers), logLevel: 'error' })
    const [row] = await database.read.query<{ id: string }[]>('SELECT id FROM clients LIMIT 1')
    const floor = await startFloor({ location, today: context.today })
    const lookUp = JSON.stringify({ operation: 'clientById', asked: { id: row?.id } })
    try {
      const url = `${await server.listen({ port: 0, host: '127.0.0.1' })}/graphql`
      const results: SearchResult[] = []
      for (const [what, query] of Object.entries(queries)) {
        const body = JSON.stringify({
          query:
            'query($query: String!) { search(query: $query) { kind title archived rank record { id } client { id legalName } } }',
          variables: { query },
        })
        const ours: number[] = []
        const bare: number[] = []
        const found = await ask(url, secret, body) // and warms up
        for (let request = 0; request < requests; request++) {
          ours.push(await timed(() => ask(url, secret, body)))
          bare.push(await timed(() => ask(floor.url, secret, lookUp)))
        }
        const [sorted, bareSorted] = [ours, bare].map(values => values.sort((a, b) => a - b))
        results.push({
          name: `${name}: ${what} «${query}»`,
          hits: (found as { data: { search: unknown[] } }).data.search.length, // the query above
          ours: at(sorted ?? [], 0.5),
          last: at(sorted ?? [], 0.99),
          bare: at(bareSorted ?? [], 0.5),
        })
      }
      return results
    } finally {
      await floor.stop()
      await server.close()
    }
  } finally {
    await database.close()
  }
}

/** Names of the demo's words, without a past. Returns how many records it made. */
async function load(context: Context, clients: number): Promise<number> {
  const random = new Random(1)
  let made = 0
  for (let from = 0; from < clients; from += 1000) {
    made += await context.mutate('clients:write', async scope => {
      const rows: Row[] = []
      const about = { version: 1, createdAt: scope.now, updatedAt: scope.now }
      for (let ordinal = from; ordinal < Math.min(from + 1000, clients); ordinal++) {
        const client = scope.make(Client, {
          ...about,
          addressLine1: 'C/ Major 1',
          city: random.pick(towns),
          country: 'ES',
          tags: [],
          taxIdCountry: 'ES',
          taxIdNumber: companyNif('B', String(ordinal).padStart(7, '0')),
        })
        const second = random.chance(0.25) ? random.pick(towns) : random.chance(0.4) ? 'i Fills' : random.pick(family)
        client.setLegalName(
          `${random.pick(trade)} ${random.pick(family)} ${second}${ordinal % 50 === 0 ? ` Q${ordinal.toString(36)}` : ''}${random.chance(0.6) ? ', S.L.' : random.chance(0.4) ? ', S.A.' : ''}`,
        )
        const site = `${fold(client.legalName)
          .replace(/[^a-z]+/g, '-')
          .replace(/-$/, '')}.example`
        Object.assign(client, {
          email: `info@${site}`,
          externalId: random.chance(0.3) ? `ERP-${ordinal}` : null,
          archivedAt: random.chance(0.05) ? scope.now : null,
        })
        rows.push(client)
        for (let person = random.whole(1, 3); person > 0; person--) {
          const name = `${random.pick(given)} ${random.pick(family)} ${random.pick(family)}`
          rows.push(
            scope.make(Contact, {
              ...about,
              clientId: client.id,
              name,
              nameFolded: fold(name),
              email: `${fold(name).replaceAll(' ', '.')}@${site}`,
              primary: person === 1,
            }),
          )
        }
      }
      await scope.insertWithHistory(rows, [])
      return rows.length
    })
  }
  return made
}

async function ask(url: string, secret: string, body: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body,
  })
  const answer = (await response.json()) as { errors?: { message: string }[] } // GraphQL over HTTP; the bare server sends no errors
  if (answer.errors?.[0]) throw new Error(answer.errors[0].message)
  return answer
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}
