import { overviewQuery, runDemo } from '../src/cli/demo.js'
import { loadDemo, type Demo } from '../src/demo/demo.js'
import { resolvers } from '../src/features/index.js'
import { schemaOf } from '../src/graphql/schema.js'
import { verify } from '../src/verify/verify.js'
import { expectTotals } from './support/document-totals.js'
import { sourcesOf, takingsOf } from './support/takings.js'
import { Tenant, World, type Json } from './support/world.js'

const tables = [
  'users',
  'clients',
  'contacts',
  'projects',
  'time_entries',
  'tasks',
  'number_series',
  'purchase_orders',
  'purchase_order_lines',
  'invoices',
  'invoice_lines',
  'billed_time',
  'payments',
  'allocations',
  'refunds',
  'interactions',
  'activity_events',
  'deal_stages',
  'deals',
  'quotes',
  'quote_lines',
  'exchange_rates',
]
const told = [
  'users',
  'exchange_rates',
  'clients',
  'contacts',
  'projects',
  'time_entries',
  'tasks',
  'purchase_orders',
  'invoices',
  'payments',
  'allocations',
  'refunds',
  'deal_stages',
  'deals',
  'quotes',
  'interactions',
]
const size = { clients: 12, documentsPerClient: 40, seed: 9 }

let world: World
let demo: Demo
/** The rows of the demo by table, in the order of their ids. */
let raw: Record<string, Json[]>

beforeAll(async () => {
  world = await World.start()
  demo = await loadDemo(world.database, { ...size, organizationName: 'Prova', clock: () => world.now })
  raw = await rowsOf(demo)
})
afterAll(() => world.stop())

async function rowsOf({ organization }: Demo): Promise<Record<string, Json[]>> {
  const all: Record<string, Json[]> = {}
  for (const table of tables)
    all[table] = await world.database.read.query(`SELECT * FROM ${table} WHERE organization_id = ? ORDER BY id`, [
      organization.id,
    ])
  all.activity_events = (all.activity_events ?? []).filter(event => event.subject_type !== 'ApiKey') // tells of the secret
  return all
}

const rows = (table: string): Json[] => raw[table] ?? []
const json = (value: Json): Json => (typeof value === 'string' ? JSON.parse(value) : value) // MariaDB's driver reads it itself
const invoices = (type: string) => rows('invoices').filter(invoice => invoice.type === type)

test('the same seed at the same moment gives the same rows, except ids', async () => {
  const again = await loadDemo(world.database, { ...size, organizationName: 'Prova', clock: () => world.now })
  const [first, second] = [raw, await rowsOf(again)].map(all => {
    const numbers = new Map(
      Object.values(all)
        .flat()
        .map((row, place) => [row.id, `#${place}`]),
    )
    return Object.values(all)
      .flat()
      .map(row => JSON.stringify(row).replace(/\b[a-z]{3}_[0-9a-z]{26}\b/g, id => numbers.get(id) ?? 'organisation'))
  })
  expect(second).toEqual(first)
})

test('the same seed gives the same rows at any hour of a day, and other rows from another seed', async () => {
  const evening = await loadDemo(world.database, {
    ...size,
    organizationName: 'Prova',
    clock: () => new Date('2026-03-10T22:30:00Z'),
  })
  const other = await loadDemo(world.database, { ...size, seed: 8, organizationName: 'Prova', clock: () => world.now })
  const contentOf = (all: Record<string, Json[]>) =>
    Object.entries(all).map(([table, list]) => [
      table,
      list
        .map(row => {
          const { id: _id, created_at: _made, updated_at: _changed, at: _at, archived_at: archived, ...content } = row
          return JSON.stringify({ ...content, archived: Boolean(archived) })
            .replace(/[a-z]{3}_[0-9a-z]{26}/g, 'id')
            .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'instant')
        })
        .sort(),
    ])
  expect(contentOf(await rowsOf(evening))).toEqual(contentOf(raw))
  expect(contentOf(await rowsOf(other))).not.toEqual(contentOf(raw))
})

test('has about as many documents as asked for, and a client without any', () => {
  expect(demo.documents).toBeGreaterThan(12 * 40 * 0.85)
  expect(demo.documents).toBeLessThan(12 * 40 * 1.15)
  expect(rows('clients')).toHaveLength(12)
  const busy = new Set(
    ['projects', 'tasks', 'purchase_orders', 'invoices'].flatMap(table => rows(table).map(row => row.client_id)),
  )
  expect(busy.size).toBeLessThan(12)
})

test('every state of every document occurs', () => {
  const found = (table: string, ...columns: string[]) =>
    [...new Set(rows(table).map(row => columns.map(column => row[column]).join(' ')))].sort()
  const pairs = (first: string[], second: string[]) => first.flatMap(one => second.map(two => `${one} ${two}`)).sort()
  const states = ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'VOIDED']
  expect(found('projects', 'state')).toEqual(['ACTIVE', 'CLOSED', 'DRAFT', 'PROCESSING'])
  expect(found('tasks', 'state')).toEqual(['DISCARDED', 'DONE', 'IN_PROGRESS', 'TODO'])
  expect(found('purchase_orders', 'direction', 'state')).toEqual(
    pairs(['FROM_CLIENT', 'TO_CLIENT'], ['CANCELLED', 'CLOSED', 'DRAFT', 'OPEN', 'PARTIALLY_RECEIVED', 'RECEIVED']),
  )
  expect(found('invoices', 'kind', 'type', 'state')).toEqual(
    pairs(pairs(['SALE', 'PURCHASE'], ['INVOICE', 'CREDIT_NOTE']), states),
  )

  expect(found('quotes', 'state')).toEqual(['ACCEPTED', 'DECLINED', 'DRAFT', 'INVOICED', 'SENT'])
  expect(new Set(rows('deals').map(deal => deal.stage_id))).toEqual(new Set(rows('deal_stages').map(({ id }) => id)))

  const today = '2026-03-10'
  const waiting = rows('quotes').filter(({ state }) => state === 'SENT')
  expect(waiting.some(quote => quote.valid_until < today)).toBe(true)
  expect(waiting.some(quote => quote.valid_until >= today)).toBe(true)
  expect(
    rows('quotes').some(quote =>
      rows('invoices').some(invoice => invoice.id === quote.invoice_id && invoice.state === 'DRAFT'),
    ),
  ).toBe(true)
  expect(rows('activity_events').some(({ kind }) => kind === 'QUOTE_RELEASED')).toBe(true)
  const open = rows('tasks').filter(task => task.completed_on === null)
  expect(open.some(task => task.due_on < today && task.due_on !== null)).toBe(true)
  expect(open.some(task => task.due_on === today)).toBe(true)
  expect(open.some(task => task.due_on > today)).toBe(true)
  expect(open.some(task => task.due_on === null)).toBe(true)
  for (const table of ['clients', 'projects']) expect(rows(table).some(row => row.archived_at !== null)).toBe(true)
  for (const currency of ['EUR', 'USD', 'GBP', 'JPY', 'KWD'])
    expect(rows('invoices').some(invoice => invoice.currency === currency)).toBe(true)
  expect(rows('invoices').some(invoice => invoice.rate === null)).toBe(true)
  expect(
    rows('invoices').some(
      invoice => invoice.authorised_on !== null && invoice.due_on === null && invoice.type === 'INVOICE',
    ),
  ).toBe(true)
  expect(rows('invoices').some(invoice => Number(invoice.external) === 1)).toBe(true)
  expect(rows('invoices').some(invoice => Number(invoice.payable) === 0)).toBe(true)
  expect(rows('invoices').some(invoice => Number(invoice.withholding) > 0)).toBe(true)
  expect(rows('payments').some(payment => payment.reversed_on !== null)).toBe(true)
  expect(rows('allocations').some(allocation => allocation.deallocated_on !== null)).toBe(true)
  expect(rows('allocations').some(allocation => allocation.credit_note_id !== null)).toBe(true)
  expect(rows('refunds').some(refund => refund.reversed_on !== null)).toBe(true)
  expect(rows('refunds').some(refund => refund.credit_note_id !== null)).toBe(true)
  expect(rows('billed_time').length).toBeGreaterThan(0)
})

test('documents in a foreign currency have the kept rate of their day or a rate of their own; few have none', () => {
  const kept = rows('exchange_rates')
  expect(kept.length).toBeGreaterThan(3 * 150)
  const daysOld = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000
  const last = (currency: string, on: string) =>
    kept
      .filter(rate => rate.currency === currency && rate.day <= on && daysOld(rate.day, on) <= 7)
      .sort((a, b) => (a.day < b.day ? 1 : -1))[0]
  const foreign = ['invoices', 'purchase_orders', 'quotes', 'payments', 'deals']
    .flatMap(table => rows(table))
    .filter(({ currency }) => currency !== 'EUR')
  expect(foreign.length).toBeGreaterThan(20)
  const lacking = foreign.filter(({ rate }) => rate === null)
  expect(lacking.length).toBeGreaterThan(0)
  expect(lacking.every(({ currency }) => currency === 'KWD')).toBe(true)
  for (const invoice of rows('invoices').filter(
    ({ rate_day: taken, issued_on: issued }) => taken !== null && issued !== null,
  )) {
    expect([invoice.id, invoice.rate, invoice.rate_day]).toEqual([
      invoice.id,
      last(invoice.currency, invoice.issued_on).rate,
      last(invoice.currency, invoice.issued_on).day,
    ])
  }
  for (const payment of rows('payments').filter(({ currency }) => !['EUR', 'KWD'].includes(currency)))
    expect(payment.rate).toBe(last(payment.currency, payment.paid_on).rate)
})

test('every NIF has its right check character and fits its holder', () => {
  const letterOf = (digits: number) => 'TRWAGMYFPDXBNJZSQVHLCKE'[digits % 23]
  const spanish = rows('clients').filter(client => client.tax_id_country === 'ES')
  expect(spanish.length).toBeGreaterThan(6)
  for (const { tax_id_number: nif, postal_code: postalCode } of spanish) {
    if (/^\d/.test(nif)) {
      expect(nif.at(-1)).toBe(letterOf(Number(nif.slice(0, 8))))
    } else if (/^[XYZ]/.test(nif)) {
      expect(nif.at(-1)).toBe(letterOf(Number(nif.slice(0, 8).replace('X', '0').replace('Y', '1').replace('Z', '2'))))
    } else {
      const digits = [...nif.slice(1, 8)].map(Number)
      const doubled = [0, 2, 4, 6].flatMap(place => [...String((digits[place] ?? 0) * 2)].map(Number))
      const sum = [...doubled, digits[1] ?? 0, digits[3] ?? 0, digits[5] ?? 0].reduce((total, digit) => total + digit)
      const check = (100 - sum) % 10
      expect(nif.at(-1)).toBe(/^[PQS]/.test(nif) ? 'JABCDEFGHI'[check] : String(check))
      expect(nif.slice(1, 3)).toBe(postalCode.slice(0, 2))
    }
  }
  const numbers = rows('clients').flatMap(client =>
    client.tax_id_number ? [`${client.tax_id_country}${client.tax_id_number}`] : [],
  )
  expect(new Set(numbers).size).toBe(numbers.length)
})

test('numbers have no gaps, and their dates are in order', () => {
  const runs = new Map<string, [number, string][]>()
  const note = (number: string, on: string) => {
    const [, run = '', count = ''] = /^(.*[/-])(\d+)$/.exec(number) ?? []
    runs.set(run, [...(runs.get(run) ?? []), [Number(count), on]])
  }
  for (const invoice of rows('invoices'))
    if (invoice.kind === 'SALE' && invoice.number && !Number(invoice.external)) note(invoice.number, invoice.issued_on)
  for (const order of rows('purchase_orders'))
    if (order.direction === 'TO_CLIENT' && order.number) note(order.number, order.ordered_on)
  const firstSent = new Map(
    rows('activity_events')
      .filter(({ kind }) => kind === 'QUOTE_SENT')
      .reverse()
      .map(({ subject_id: id, on }) => [id, on]),
  )
  for (const quote of rows('quotes')) if (quote.number) note(quote.number, firstSent.get(quote.id))
  expect(runs.size).toBeGreaterThan(5)
  for (const numbers of runs.values()) {
    const inOrder = numbers.sort(([a], [b]) => a - b)
    expect(inOrder.map(([count]) => count)).toEqual(inOrder.map((_, place) => place + 1))
    const dates = inOrder.map(([, on]) => on)
    expect(dates).toEqual([...dates].sort())
  }
})

test('no day has more allocated than there is, and base parts add up', () => {
  const takings = takingsOf(rows)
  for (const end of sourcesOf(rows)) {
    const parts = takings.get(end.id) ?? []
    for (const part of parts) {
      expect(part.from >= end.from).toBe(true)
      if (end.until !== null) expect(part.until !== null && part.until <= end.until).toBe(true)
      expect(part.amount > 0n).toBe(true)
      expect(part.base === null).toBe(end.base === null)
    }
    for (const on of new Set(parts.flatMap(({ from, until }) => (until ? [from, until] : [from])))) {
      const standing = parts.filter(({ from, until }) => from <= on && (until === null || until > on))
      const taken = standing.reduce((sum, { amount }) => sum + amount, 0n)
      expect(taken <= end.amount).toBe(true)
      if (end.base !== null && taken === end.amount)
        expect(standing.reduce((sum, { base }) => sum + (base ?? 0n), 0n)).toBe(end.base)
    }
  }
})

test('totals are those of the lines', () => {
  const linesOf = (table: string, by: string, id: string) =>
    rows(table)
      .filter(line => line[by] === id)
      .sort((a, b) => a.position - b.position)
  for (const invoice of rows('invoices')) expectTotals(invoice, linesOf('invoice_lines', 'invoice_id', invoice.id))
  for (const quote of rows('quotes')) expectTotals(quote, linesOf('quote_lines', 'quote_id', quote.id))
  for (const order of rows('purchase_orders'))
    expectTotals(order, linesOf('purchase_order_lines', 'purchase_order_id', order.id))
})

test('interactions have a text, contacts and a subject, and none precedes its client', () => {
  const talks = rows('interactions')
  expect([...new Set(talks.map(({ kind }) => kind))].sort()).toEqual(['CALL', 'EMAIL', 'MEETING', 'NOTE'])
  expect(new Set(talks.map(({ subject_type: type }) => type)).size).toBeGreaterThan(1)
  expect(talks.some(({ version }) => version > 1)).toBe(true)
  const everything = new Map(
    Object.values(raw)
      .flat()
      .map(row => [row.id, row]),
  )
  for (const talk of talks) {
    const [client, subject] = [everything.get(talk.client_id), everything.get(talk.subject_id)]
    expect(subject.client_id ?? subject.id).toBe(client.id)
    expect(talk.text).not.toMatch(/[{}]|null|undefined/)
    if (subject.number) expect(talk.text).toContain(subject.number)
    for (const id of json(talk.contact_ids)) {
      expect(everything.get(id).client_id).toBe(client.id)
      expect(talk.text).toContain(everything.get(id).name)
    }
    const born = new Date(
      typeof client.created_at === 'string' ? `${client.created_at.replace(' ', 'T')}Z` : client.created_at,
    )
    expect(talk.happened_on >= new Date(born.getTime() + 2 * 3600_000).toISOString().slice(0, 10)).toBe(true)
  }
})

test('every record has the history that made it, in the order of time', () => {
  const born = /_(CREATED|RECORDED|WRITTEN|LOGGED)$/
  const events = new Map<string, Json[]>()
  for (const event of rows('activity_events')) {
    const changed = event.item_id ?? event.subject_id // the note, not what it is about
    events.set(changed, [...(events.get(changed) ?? []), event])
  }
  const time = (value: Json) => new Date(typeof value === 'string' ? `${value.replace(' ', 'T')}Z` : value).getTime()
  for (const table of told) {
    for (const row of rows(table)) {
      const history = events.get(row.id) ?? []
      expect(history).toHaveLength(row.version)
      expect(history[0]?.kind).toMatch(born)
      expect(history.slice(1).some(({ kind }) => born.test(kind))).toBe(false)
      const times = history.map(({ at }) => time(at))
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect([times[0], times.at(-1)]).toEqual([time(row.created_at), time(row.updated_at)])
      expect(times.at(-1)).toBeLessThanOrEqual(world.now.getTime())
      const days = new Set(
        history.map(({ at, on }) =>
          on <= new Date(time(at) + 2 * 3600_000).toISOString().slice(0, 10) ? 'right' : `${on} told ${at}`,
        ),
      )
      expect([...days]).toEqual(['right'])
      if ('state' in row) expect(history.map(({ after }) => json(after).state).findLast(Boolean)).toBe(row.state)
    }
  }
})

test('no due date precedes the issue date, and credit notes follow the invoices that they correct', () => {
  for (const invoice of rows('invoices')) {
    if (invoice.authorised_on === null) continue
    expect(invoice.issued_on <= invoice.authorised_on).toBe(true)
    if (invoice.due_on !== null) expect(invoice.due_on >= invoice.issued_on).toBe(true)
    expect(json(invoice.billed_party).legalName).toBe(
      rows('clients').find(client => client.id === invoice.client_id)?.legal_name,
    )
  }
  for (const note of invoices('CREDIT_NOTE')) {
    const corrected = invoices('INVOICE').find(({ id }) => id === note.corrects_id)
    expect([corrected.client_id, corrected.kind, corrected.currency]).toEqual([
      note.client_id,
      note.kind,
      note.currency,
    ])
    if (note.authorised_on !== null) expect(note.authorised_on >= corrected.authorised_on).toBe(true)
  }
})

test('deals agree with their stages, and an invoiced quote has an invoice with its lines', () => {
  for (const deal of rows('deals')) {
    const { category } = rows('deal_stages').find(({ id }) => id === deal.stage_id)
    expect([deal.category, deal.closed_on === null]).toEqual([category, category === 'OPEN'])
  }
  for (const quote of rows('quotes')) {
    expect((quote.state === 'INVOICED') === (quote.invoice_id !== null)).toBe(true)
    const invoice = rows('invoices').find(({ id }) => id === quote.invoice_id)
    if (invoice)
      expect([invoice.client_id, invoice.currency, String(invoice.payable)]).toEqual([
        quote.client_id,
        quote.currency,
        String(quote.total),
      ])
    // A rate that was kept is that of the day of each; one that was written on the quote goes with it.
    if (invoice && quote.rate_day === null) expect(invoice.rate).toBe(quote.rate)
    if (quote.deal_id) expect(rows('deals').find(({ id }) => id === quote.deal_id).client_id).toBe(quote.client_id)
  }
})

test('verify finds nothing wrong with it', async () => {
  expect(
    await verify(world.database, demo.organization, { schema: await schemaOf(resolvers), now: world.now }),
  ).toEqual([])
})

test('its key can read the overview, and the next invoice continues the series', async () => {
  const us = new Tenant(world, demo.organization.id, demo.secret)
  const { clients } = await us.get(overviewQuery)
  expect(clients.nodes).toHaveLength(5)
  expect(clients.nodes[0].overview.asOf).toBe('2026-03-10')
  const client = rows('clients').find(row => row.archived_at === null)
  const last = rows('number_series').find(series => series.code === 'F')
  const invoice = await us.invoice(client.id, '10.00', { series: 'F' })
  expect(invoice.number).toBe(`F2026/${String((last.year === 2026 ? last.last : 0) + 1).padStart(4, '0')}`)
})

test('the command prints a key and a query to paste, or JSON and nothing else', async () => {
  const lines: string[] = []
  await runDemo(world.database, { clients: 2, documentsPerClient: 5, seed: 1, json: true }, line => lines.push(line))
  const told = JSON.parse(lines.join('\n'))
  expect(told).toMatchObject({ organization: { name: 'Demo' }, clients: 2 })
  expect(told.curl).toContain(`-H 'authorization: Bearer ${told.secret}'`)
  expect(told.curl).toContain(JSON.stringify({ query: overviewQuery }))
  await runDemo(world.database, { clients: 1, documentsPerClient: 1, seed: 1 }, line => lines.push(line))
  expect(lines.at(-1)).toContain('Demo 2')
})
