import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { readXlsx } from 'hucre'
import type { KeyScope } from '../src/model/permission.js'
import { furnish } from './support/furnish.js'
import { Oracle } from './support/oracle.js'
import { plus } from './support/oracle-day.js'
import { readBooks } from './support/oracle-rows.js'
import { columnsOf } from './support/oracle-summaries.js'
import { pull, pullRows, type Pull } from './support/pull.js'
import { randomOrganization } from './support/random-organization.js'
import { World, type Json, type Tenant } from './support/world.js'
import { entities } from '../src/model/entity-metadata.js'

let world: World
let us: Tenant
let manifest: Json
beforeAll(async () => {
  world = await World.start()
  us = await world.organization({ name: 'Feeds' })
  await furnish(us, 'canary')
  manifest = JSON.parse((await pull(us, 'manifest.json')).text)
})
afterAll(() => world.stop())

const decimals: Record<string, number> = { EUR: 2, USD: 2, JPY: 0, KWD: 3 }
const minor = (text: string) => BigInt(text.replace('.', ''))
const tableOf = (feed: string) => feed.replaceAll('-', '_')

describe('every table', () => {
  test('has every row of the organisation, with the values that the database holds', async () => {
    const recordTables = manifest.tables.filter(({ name }: Json) => !name.startsWith('client-'))
    expect(recordTables.length).toBeGreaterThanOrEqual(18)
    for (const { name } of recordTables) {
      const owner = name === 'organizations' ? 'id' : 'organization_id'
      const raw: Json[] = await world.database.read.query(
        `SELECT * FROM ${tableOf(name)} WHERE ${owner} = '${us.organizationId}' ORDER BY id`,
      )
      const rows = await pullRows(us, name)
      expect([name, rows.map(({ id }) => id).sort()]).toEqual([name, raw.map(({ id }) => id)])
      expect(rows.length).toBeGreaterThan(0)
      const byId = new Map(rows.map(row => [row.id, row]))
      for (const stored of raw) {
        const told = byId.get(stored.id)
        for (const [column, value] of Object.entries<Json>(stored)) {
          if (!(column in told) || (name === 'quotes' && column === 'state')) continue
          const found = told[column]
          if (value === null) expect([name, column, found]).toEqual([name, column, null])
          else if (typeof found === 'boolean') expect(found).toBe(Number(value) === 1)
          else if (typeof found === 'number') expect(found).toBe(Number(value))
          else if (value instanceof Date) expect(found).toBe(value.toISOString())
          else if (column.endsWith('_at')) expect(found).toBe(`${value.replace(' ', 'T')}Z`)
          else if (typeof value === 'number' || typeof value === 'bigint')
            expect([name, column, String(minor(found).toString()).padEnd(String(value).length, '0')]).toEqual([
              name,
              column,
              String(value),
            ])
          else if (Array.isArray(value) || (typeof value === 'string' && value.startsWith('[')))
            expect(found).toBe((Array.isArray(value) ? value : JSON.parse(value)).join(', '))
          else expect([name, column, found]).toEqual([name, column, value])
        }
      }
    }
  })

  test('never shows anything of another organisation', async () => {
    const others = await world.organization({ name: 'Others' })
    await furnish(others, 'heron')
    for (const { name } of manifest.tables) {
      expect((await pull(us, `${name}.jsonl`)).text).not.toContain('heron')
      expect((await pull(others, `${name}.jsonl`)).text).not.toContain('canary')
    }
  })

  test('is the same in every format', async () => {
    for (const { name, columns } of manifest.tables) {
      const rows = await pullRows(us, name)
      const names = columns.map((column: Json) => column.name)
      const lines: string[][] = parse((await pull(us, `${name}.csv`)).bytes)
      expect([name, lines]).toEqual([
        name,
        [names, ...rows.map(row => names.map((column: string) => (row[column] === null ? '' : String(row[column]))))],
      ])
      const { sheets } = await readXlsx((await pull(us, `${name}.xlsx`)).bytes)
      expect([sheets[0]?.name, sheets[0]?.rows.length, sheets[0]?.rows[0]]).toEqual([name, rows.length + 1, names])
      expect((await pull(us, `${name}.parquet`)).bytes.subarray(0, 4).toString()).toBe('PAR1')
    }
  })

  test('can be had with some of its columns, in the order asked for', async () => {
    const text = (await pull(us, 'invoices.csv?columns=payable,currency,number')).text
    expect(text.split('\r\n')[0]).toBe('payable,currency,number')
    expect((await pull(us, 'invoices.csv?columns=payable,nothing')).error).toMatchObject({
      status: 400,
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('manifest'),
    })
  })

  test('keeps every table and column that was released', () => {
    const released: Record<string, Record<string, string>> = JSON.parse(
      readFileSync('schema/released-feeds.json', 'utf8'),
    )
    const present = Object.fromEntries(
      manifest.tables.map(({ name, columns }: Json) => [
        name,
        Object.fromEntries(columns.map((column: Json) => [column.name, column.type])),
      ]),
    )
    for (const [name, columns] of Object.entries(released))
      expect([name, present[name]]).toEqual([name, expect.objectContaining(columns)])
  })

  test('contains no secret and nothing hidden', () => {
    const columns = manifest.tables.flatMap(({ name, columns }: Json) =>
      columns.map((column: Json) => `${name}.${column.name}`),
    )
    expect(
      columns.filter((column: string) =>
        /folded|hash|secret|lookup|number_key|organization_id|billed_party/.test(column),
      ),
    ).toEqual([])
    expect(
      manifest.tables
        .map(({ name }: Json) => name)
        .filter((name: string) => /api|saved|search|series|\bchange/.test(name)),
    ).toEqual([])
    expect(
      entities()
        .filter(
          ({ permission, hidden }) =>
            permission !== null && permission !== 'admin' && permission !== 'import' && !hidden,
        )
        .map(({ table }) => table.replaceAll('_', '-'))
        .filter(name => !manifest.tables.some((table: Json) => table.name === name)),
    ).toEqual([])
  })
})

describe('summaries', () => {
  test('equal a second computation from raw rows, for every client and figure, on today and a past day', async () => {
    for (const seed of [11, 12, 13]) {
      const { us: tenant, setting, clients } = await randomOrganization(world, seed)
      const oracle = new Oracle(await readBooks(world, tenant.organizationId), setting.today)
      for (const asOf of [setting.today, plus(setting.today, -40)]) {
        const rows = await pullRows(tenant, `client-summaries`, `asOf=${asOf}`)
        expect(rows.map(({ client_id: id }) => id).sort()).toEqual([...clients].sort())
        for (const row of rows) {
          const expected = columnsOf(oracle.overview(row.client_id, asOf))
          expect(Object.keys(expected).length).toBeGreaterThan(80)
          expect(row).toMatchObject({ as_of: asOf, ...expected })
        }
        const byCurrency = await pullRows(tenant, 'client-currency-summaries', `asOf=${asOf}`)
        for (const id of clients) {
          const { sales } = oracle.overview(id, asOf)
          const amounts = byCurrency
            .filter(row => row.client_id === id && /[1-9]/.test(row.sales_outstanding_amount))
            .map(row => ({ currency: row.currency, amount: row.sales_outstanding_amount }))
          expect(amounts).toEqual(
            sales.outstanding.amount.amounts
              .filter(({ amount }: Json) => /[1-9]/.test(amount))
              .map(({ amount, currency }: Json) => ({ currency, amount })),
          )
        }
      }
    }
    world.now = new Date('2026-03-10T11:00:00Z')
  })

  test('show deals and quotes as the overview does', async () => {
    const tenant = await world.organization()
    const client = await tenant.client()
    await tenant.deal(client.id, { value: '100', probability: 25 })
    await tenant.deal(client.id, { value: '7', currency: 'USD' })
    const quote = await tenant.quote(client.id, '80', { validUntil: '2026-03-11' })
    await tenant.do('sendQuote', { id: quote.id, version: quote.version })
    const [row] = await pullRows(tenant, 'client-summaries')
    expect(row).toMatchObject({
      deals_open_count: 2,
      deals_open_value_base: null,
      deals_open_value_without_rate: 1,
      deals_won_count: 0,
      quotes_by_state_sent_count: 1,
      quotes_by_state_sent_amount_base: '80.00',
      quotes_by_state_expired_count: 0,
    })
    const currencies = await pullRows(tenant, 'client-currency-summaries')
    expect(currencies.map(each => [each.currency, each.deals_open_value, each.quotes_by_state_sent_amount])).toEqual([
      ['EUR', '100.00', '80.00'],
      ['USD', '7.00', '0.00'],
    ])
  })

  test('refuse a day in the future and a malformed day', async () => {
    for (const asOf of ['2026-03-11', '2026-02-30', 'x'])
      expect((await pull(us, `client-summaries.csv?asOf=${asOf}`)).error).toMatchObject({
        status: 400,
        code: 'BAD_USER_INPUT',
      })
  })
})

describe('the key', () => {
  const withKey = (headers: Record<string, string>, path = 'clients.csv') =>
    fetch(`${world.url.replace('/graphql', '')}/export/v1/${path}`, { headers })
  const basic = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  })

  test('is accepted as Bearer, as X-API-Key, and as the password of HTTP Basic with any user', async () => {
    for (const headers of [
      { authorization: `Bearer ${us.secret}` },
      { 'x-api-key': us.secret },
      basic('', us.secret),
      basic('excel', us.secret),
      { authorization: basic('a', us.secret).authorization.replace('Basic', 'basic') },
    ]) {
      expect((await withKey(headers)).status).toBe(200)
    }
  })

  test('is requested by a challenge that spreadsheets understand where it is missing or wrong', async () => {
    const wrong = [
      {},
      basic('x', 'ck_wrong'),
      basic(us.secret, ''),
      { authorization: 'Basic !' },
      { authorization: `Bearer x:${us.secret}` },
    ]
    for (const headers of wrong)
      for (const path of ['clients.csv', 'nothing.csv', 'manifest.json', 'openapi.json']) {
        const response = await withKey(headers, path) // all of them are texts
        expect([response.status, response.headers.get('www-authenticate')]).toEqual([
          401,
          expect.stringMatching(/^Basic realm=/),
        ])
      }
  })

  test('is never taken from a URL', async () => {
    for (const name of ['key', 'apiKey', 'token'])
      expect((await withKey({}, `clients.csv?${name}=${us.secret}`)).status).toBe(401)
    expect((await pull(us, 'clients.csv?apiKey=x')).error).toMatchObject({
      status: 400,
      message: expect.stringContaining('never into an address'),
    })
  })

  test('opens GraphQL only in its headers, since browsers send a Basic password by themselves', async () => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic('x', us.secret) },
      body: '{"query":"{ viewer { today } }"}',
    })
    expect(response.status).toBe(401)
  })

  test('needs to read the record, and export', async () => {
    const needs: Record<string, string> = {
      'client-summaries': 'clients',
      'client-currency-summaries': 'clients',
      clients: 'clients',
      contacts: 'clients',
      'client-merges': 'clients',
      projects: 'projects',
      'time-entries': 'projects',
      tasks: 'projects',
      'purchase-orders': 'orders',
      'purchase-order-lines': 'orders',
      invoices: 'invoices',
      'invoice-lines': 'invoices',
      payments: 'invoices',
      allocations: 'invoices',
      refunds: 'invoices',
      deals: 'deals',
      'deal-stages': 'deals',
      quotes: 'deals',
      'quote-lines': 'deals',
    }
    const areas = ['clients', 'projects', 'orders', 'invoices', 'deals']
    for (const area of areas) {
      const without = await world.key(us.organizationId, [`${area}:read` as KeyScope]) // one of them
      const tenant = await world.key(us.organizationId, [`${area}:read` as KeyScope, 'export']) // as above
      for (const { name, key } of manifest.tables) {
        const columns = `?columns=${key.join(',')}`
        expect([name, (await pull(without, `${name}.csv${columns}`)).error]).toEqual([
          name,
          expect.objectContaining({ status: 403, code: 'FORBIDDEN' }),
        ])
        const { error } = await pull(tenant, `${name}.csv${columns}`)
        if (!needs[name] || needs[name] === area) expect([name, error]).toEqual([name, undefined])
        else
          expect([name, error]).toEqual([
            name,
            expect.objectContaining({
              status: 403,
              code: 'FORBIDDEN',
              message: expect.stringContaining(`${needs[name]}:read`),
            }),
          ])
      }
    }
  })

  test('reads only the summaries that it may read elsewhere, and is told which columns to leave out', async () => {
    const tenant = await world.key(us.organizationId, ['clients:read', 'projects:read', 'export'])
    const { error } = await pull(tenant, 'client-summaries.csv')
    expect(error).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      message: expect.stringMatching(/orders:read, invoices:read, deals:read.*sales_overdue_count.*leave them out/),
    })
    expect((await pull(tenant, 'client-summaries.csv?columns=client_id,tasks_open_count')).status).toBe(200)
    expect((await pull(tenant, 'client-summaries.csv?columns=client_id,sales_overdue_count')).error).toMatchObject({
      status: 403,
      message: expect.stringContaining('invoices:read'),
    })
  })

  test('sees only interactions about records that it may read', async () => {
    const tenant = await world.key(us.organizationId, ['clients:read', 'export'])
    expect(new Set((await pullRows(tenant, 'interactions')).map(row => row.subject_type))).toEqual(new Set(['Client']))
    expect(new Set((await pullRows(us, 'interactions')).map(row => row.subject_type)).has('Invoice')).toBe(true)
  })
})

describe('over HTTP', () => {
  test('errors come as JSON', async () => {
    const wrong: [string, number][] = [
      ['nothing.csv', 404],
      ['clients', 404],
      ['clients.pdf', 404],
      ['constructor.csv', 404],
      ['api-keys.csv', 404],
      ['clients.csv?first=1', 400],
      ['clients.csv?columns=', 400],
      ['clients.csv?columns=id&columns=id', 400],
      ['clients.csv?cursor=x', 400],
      ['clients.csv?updatedSince=yesterday', 400],
    ]
    for (const [path, status] of wrong)
      expect([path, (await pull(us, path)).error]).toEqual([
        path,
        expect.objectContaining({ status, message: expect.any(String) }),
      ])
  })

  test('a name, a type and no cache', async () => {
    const { headers } = await pull(us, 'clients.csv')
    expect(
      Object.fromEntries(
        ['content-type', 'content-disposition', 'cache-control', 'x-content-type-options', 'x-clientela-as-of'].map(
          name => [name, headers.get(name)],
        ),
      ),
    ).toEqual({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="clients.csv"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-clientela-as-of': '2026-03-10',
    })
  })

  test('is compressed only where the client asks for it', async () => {
    const { request } = await import('node:http')
    const raw = (encoding?: string, path = 'clients.csv') =>
      new Promise<{ encoding?: string; bytes: Buffer }>((resolve, reject) => {
        request(
          `${world.url.replace('/graphql', '')}/export/v1/${path}`,
          { headers: { 'x-api-key': us.secret, ...(encoding ? { 'accept-encoding': encoding } : {}) } },
          response => {
            const parts: Buffer[] = []
            response
              .on('data', (part: Buffer) => parts.push(part))
              .on('end', () => {
                resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(parts) })
              })
          },
        )
          .on('error', reject)
          .end()
      })
    const plain = await raw()
    expect(plain.encoding).toBeUndefined()
    expect(await raw('gzip;q=0, br')).toEqual(plain)
    const packed = await raw('br, gzip;q=0.8')
    expect(packed.encoding).toBe('gzip')
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes)
    expect((await raw('gzip', 'clients.xlsx')).encoding).toBeUndefined()
  })

  test('the description names every table and its columns', async () => {
    const api = JSON.parse((await pull(us, 'openapi.json')).text)
    expect(api.openapi).toBe('3.1.0')
    for (const { name, columns } of manifest.tables) {
      const { get } = api.paths[`/export/v1/${name}.{format}`]
      expect(
        Object.keys(get.responses['200'].content['application/x-ndjson; charset=utf-8'].schema.properties),
      ).toEqual(columns.map((column: Json) => column.name))
    }
    const texts = manifest.tables.flatMap(({ description, columns }: Json) => [
      description,
      ...columns.map((column: Json) => column.description),
    ])
    expect(texts.filter((text: string) => !text?.trim())).toEqual([])
  })

  test('a reader that disconnects frees its connection within a second', async () => {
    const tenant = await world.organization()
    const ids = Array.from({ length: 12 }, () => tenant.client())
    await Promise.all(ids)
    const { views } = world.database as unknown as { views: number } // no feature can see them
    expect(views).toBe(0)
    for (const path of ['client-summaries.jsonl', 'clients.csv', 'clients.xlsx']) {
      const gone = new AbortController()
      const response = await fetch(`${world.url.replace('/graphql', '')}/export/v1/${path}`, {
        headers: { 'x-api-key': us.secret },
        signal: gone.signal,
      })
      expect(response.status).toBe(200)
      gone.abort()
    }
    await new Promise(resolve => setTimeout(resolve, 1000))
    expect((world.database as unknown as { views: number }).views).toBe(0) // as above
  })
})

test('amounts keep the decimals of their currency', async () => {
  const tenant = await world.organization()
  const client = await tenant.client()
  for (const currency of Object.keys(decimals))
    await tenant.do('recordPayment', { clientId: client.id, amount: '1234', currency })
  const rows = await pullRows(tenant, 'payments')
  expect(Object.fromEntries(rows.map(row => [row.currency, row.amount]))).toEqual({
    EUR: '1234.00',
    USD: '1234.00',
    JPY: '1234',
    KWD: '1234.000',
  })
  const told: Pull = await pull(tenant, 'payments.csv?columns=amount,currency')
  expect(told.text).toContain('1234.000,KWD\r\n')
})
