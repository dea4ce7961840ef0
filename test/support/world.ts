import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { createConnection } from 'mysql2/promise'
import type { Database } from '../../src/database/database.js'
import { createApiKey } from '../../src/features/access/index.js'
import { resolvers } from '../../src/features/index.js'
import { keyScopes, type KeyScope } from '../../src/model/permission.js'
import { schemaOf } from '../../src/graphql/schema.js'
import { createServer, type ServerOptions } from '../../src/http/server.js'
import { openStorage } from '../../src/storage/file-storage.js'
import { createOrganization, type NewOrganization } from '../../src/features/organizations/index.js'
import type { OrganizationFacts } from '../../src/model/access.js'
import { System } from '../../src/request/system.js'
import type { Context } from '../../src/request/context.js'
import { post } from './keep-alive.js'
import { openMigrated } from './migrated.js'
import { refuseOtherLeaves } from './strict-leaves.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of the API, whose shape each test asserts itself
export type Json = any

export interface Answer {
  data: Json
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, Json> & { code: string } }[]
  status: number
}

const schema = await schemaOf(resolvers)
refuseOtherLeaves(schema)

/** Small, so that tests reach them. */
export const storageLimits = { file: 1_000_000, import: 2_000_000, organization: 3_000_000 }

/** A real server on a real, empty database: SQLite, or MariaDB where TEST_DATABASE says so. */
export class World {
  /** What the server takes for the present. */
  now = new Date('2026-03-10T11:00:00Z')
  readonly agent = new Agent({ keepAlive: true })

  private constructor(
    readonly database: Database,
    readonly server: FastifyInstance,
    readonly url: string,
    readonly location: { dataDir: string; url?: string },
    private readonly cleanUp: () => Promise<void>,
  ) {}

  /**
   * `given` is what the server is told otherwise than usual; its database is asked `through` another address. It keeps
   * what it knows of a key, so that the number of statements does not depend on the time.
   */
  static async start({
    through = url => url,
    ...given
  }: Pick<ServerOptions, 'operationSeconds' | 'keyMilliseconds'> & {
    through?: (url: string) => string
  } = {}): Promise<World> {
    const place = await emptyDatabase()
    const { url } = place.location as { url?: string } // of a server only
    const database = await openMigrated(place.location, { ...place.location, ...(url ? { url: through(url) } : {}) })
    await database.assertSettings()
    const clock = () => world.now
    const storage = await openStorage(place.location.dataDir, storageLimits)
    const server = await createServer({
      database,
      schema,
      clock,
      logLevel: process.env.TEST_LOG ?? 'silent',
      storage,
      keyMilliseconds: 3_600_000,
      ...given,
    })
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    const world: World = new World(database, server, `${address}/graphql`, place.location, place.remove)
    return world
  }

  async stop() {
    const closed = this.server.close()
    // A body that a test left unread would hold its connection, and the server wait for it.
    this.server.server.closeAllConnections()
    await closed
    this.agent.destroy()
    await this.database.close()
    await this.cleanUp()
    // A worker of jest keeps the modules of all its test files and so this world, but need not keep the server with it.
    Object.assign(this, { server: undefined, database: undefined })
  }

  /** A new organisation with a key of all scopes, or of those given. */
  async organization(given: Partial<NewOrganization> = {}, allowed: readonly KeyScope[] = keyScopes): Promise<Tenant> {
    const made = await createOrganization(this.system, { name: 'Prova', ...given })
    return this.key(made.id, allowed)
  }

  /** Ends when nothing runs in the background, such as keeping figures. */
  async settled() {
    const failures: unknown[] = []
    const { onFailure } = this.database
    this.database.onFailure = error => failures.push(error)
    await this.database.idle()
    this.database.onFailure = onFailure
    expect(failures).toEqual([])
  }

  /** What the program itself may do here. */
  get system(): System {
    return new System(this.database, { clock: () => this.now })
  }

  /** What an organisation is, as rules see it. */
  async facts(organizationId: string): Promise<OrganizationFacts> {
    const found = await this.system.organization(organizationId)
    if (!found) throw new Error(`There is no organisation ${organizationId}.`)
    return found
  }

  /** The door to an organisation, for the system. */
  async contextOf(organizationId: string): Promise<Context> {
    return this.system.contextOf(await this.facts(organizationId))
  }

  /** Another key of an organisation. */
  async key(organizationId: string, keyScopes: readonly KeyScope[], expiresAt?: Date): Promise<Tenant> {
    const context = await this.contextOf(organizationId)
    const { secret } = await context.mutate('admin', scope =>
      createApiKey(scope, { name: 'test', scopes: [...keyScopes], expiresAt }),
    )
    return new Tenant(this, organizationId, secret)
  }
}

/** The API as a program with one key sees it. */
export class Tenant {
  constructor(
    readonly world: World,
    readonly organizationId: string,
    readonly secret: string,
  ) {}

  async ask(query: string, variables?: Record<string, unknown>): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.secret}` }
    const form = formOf(query, variables)
    const { status, body } = form
      ? await sendForm(this.world.url, headers, form)
      : await post(this.world.url, { agent: this.world.agent, headers }, { query, variables })
    return { ...(JSON.parse(body) as Answer), status } // the shape GraphQL over HTTP promises
  }

  /** The data of an answer without errors. */
  async get(query: string, variables?: Record<string, unknown>): Promise<Json> {
    const { data, errors } = await this.ask(query, variables)
    if (errors)
      throw new Error(
        `${errors.map(({ message, path }) => `${path?.join('.') ?? ''} ${message}`).join('\n')}\nin ${query}`,
      )
    return data
  }

  /** The record that a mutation made or changed; throws what the API says against it. */
  async do(mutation: string, input: object, fields = 'id version'): Promise<Json> {
    const payload = await this.try(mutation, input, fields)
    if (payload.userErrors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(payload.userErrors)}`)
    return payload.record
  }

  /** The payload of a mutation, its record under the name `record`. */
  async try(
    mutation: string,
    input: object,
    fields = 'id version',
  ): Promise<{
    record: Json
    userErrors: { code: string; message: string; field: string | null }[]
    warnings: { code: string; field: string | null }[]
  }> {
    const field = schema.getMutationType()?.getFields()[mutation]
    if (!field) throw new Error(`There is no mutation ${mutation}.`)
    const inputType = String(field.args[0]?.type)
    const payloadType = String(field.type).replace('!', '')
    const recordField = payloadType.charAt(0).toLowerCase() + payloadType.slice(1).replace(/Payload$/, '')
    const data = await this.get(
      `mutation Do($input: ${inputType}) { ${mutation}(input: $input) { record: ${recordField} { ${fields} } userErrors { code message field } warnings { code field } } }`,
      { input },
    )
    return data[mutation]
  }

  // Factories: a valid record with as little as can be said.

  private counter = 0

  client(given: object = {}, fields?: string) {
    return this.do(
      'createClient',
      { legalName: `Client ${++this.counter}`, address: { line1: 'C/ Major 1', city: 'Terrassa' }, ...given },
      fields,
    )
  }

  user(given: object = {}) {
    return this.do('createUser', {
      name: `User ${++this.counter}`,
      email: `user${this.counter}.${Math.random().toString(36).slice(2)}@example.com`,
      ...given,
    })
  }

  project(clientId: string, given: object = {}, fields?: string) {
    return this.do('createProject', { clientId, name: `Project ${++this.counter}`, ...given }, fields)
  }

  task(clientId: string, given: object = {}, fields?: string) {
    return this.do('createTask', { clientId, title: `Task ${++this.counter}`, ...given }, fields)
  }

  deal(clientId: string, given: object = {}, fields?: string) {
    return this.do('createDeal', { clientId, title: `Deal ${++this.counter}`, value: '0', ...given }, fields)
  }

  /** A draft quote of one line without tax. */
  quote(clientId: string, amount: string, given: object = {}, fields?: string) {
    return this.do(
      'createQuote',
      { clientId, lines: [{ description: 'Feina', quantity: '1', unitPrice: amount }], ...given },
      fields,
    )
  }

  /** A draft of one line without tax. */
  draft(clientId: string, amount: string, given: object = {}, fields?: string) {
    return this.do(
      'createInvoice',
      { clientId, lines: [{ description: 'Feina', quantity: '1', unitPrice: amount }], ...given },
      fields,
    )
  }

  /** An authorised invoice of one line without tax. */
  async invoice(
    clientId: string,
    amount: string,
    { authorisedOn, ...given }: { authorisedOn?: string; [name: string]: unknown } = {},
    fields = 'id version number payable { amount currency }',
  ) {
    const draft = await this.draft(clientId, amount, given)
    const submitted = await this.do('submitInvoice', { id: draft.id, version: draft.version })
    return this.do('authoriseInvoice', { id: draft.id, version: submitted.version, authorisedOn }, fields)
  }
}

/** Variables with files make a form, as the GraphQL multipart request specification has it. */
export function formOf(query: string, variables?: Record<string, unknown>): FormData | undefined {
  const files: [path: string, file: Blob][] = []
  const look = (value: unknown, path: string) => {
    if (value instanceof Blob) files.push([path, value])
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) look(each, `${path}.${name}`)
  }
  look(variables, 'variables')
  if (files.length === 0) return undefined
  const form = new FormData()
  form.append(
    'operations',
    JSON.stringify({ query, variables }, (_name, value: unknown) => (value instanceof Blob ? null : value)),
  )
  form.append('map', JSON.stringify(Object.fromEntries(files.map(([path], at) => [at, [path]]))))
  files.forEach(([, file], at) => {
    form.append(String(at), file)
  })
  return form
}

async function sendForm(url: string, headers: Record<string, string>, body: FormData) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'apollo-require-preflight': 'true' },
    body,
  })
  return { status: response.status, body: await response.text() }
}

async function emptyDatabase() {
  const dataDir = mkdtempSync(join(tmpdir(), 'clientela-test-'))
  const removeFolder = () => {
    rmSync(dataDir, { recursive: true, force: true })
  }
  if (process.env.TEST_DATABASE !== 'mariadb')
    return {
      location: { dataDir },
      remove: async () => {
        removeFolder()
      },
    }
  const server = process.env.TEST_DATABASE_URL
  if (!server) throw new Error('TEST_DATABASE=mariadb needs TEST_DATABASE_URL; `npm test` brings a server up itself.')
  const name = `clientela_test_${process.pid}_${Date.now()}_${Math.random().toString(36).slice(2, 8)}`
  await onServer(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    location: { dataDir, url: url.href },
    remove: async () => {
      removeFolder()
      await onServer(server, `DROP DATABASE ${name}`)
    },
  }
}

async function onServer(url: string, statement: string) {
  const connection = await createConnection(url.replace(/^mariadb:/, 'mysql:'))
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
