import { graphql, type GraphQLSchema } from 'graphql'
import type { EntityManager } from 'typeorm'
import { Context } from '../request/context.js'
import type { Access, OrganizationFacts } from '../model/access.js'
import type { Database } from '../database/database.js'
import { permissionsOf, keyScopes } from '../model/permission.js'
import { addDays, type Day } from '../lib/calendar.js'
import { checkBaseParts, happeningsOf } from './base-parts.js'
import { figuresOf, type Setting } from './figures.js'
import { monthsOf } from './months.js'
import { checkDeal, checkDocument, checkNumbers, checkSettlement, type Finding } from './rules.js'
import { linesOf, noRows, rowsOf, text, type ClientRows, type RawRow } from './rows.js'
import { checkTakenRate, keptRates } from './taken-rates.js'
import { together } from './together.js'
import { metadataOf, entities } from '../model/entity-metadata.js'
import { snake } from '../lib/snake.js'

const batch = 100

const sum = '{ amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate }'
const group = (list: string, more = '') => `{ count ${more} list: ${list}(first: 1) { totalCount } }`
const invoiceGroup = group('invoices', `amount ${sum}`)
const orderBlock = `{ total ${group('purchaseOrders', `amount ${sum}`)} closed ${group('purchaseOrders', `amount ${sum}`)} open ${group('purchaseOrders', `amount ${sum}`)} byState { state count } }`
const invoiceBlock = `{
  draft ${invoiceGroup} awaitingApproval ${invoiceGroup} authorised ${group('invoices', `amount ${sum} amountDue ${sum}`)}
  pending ${invoiceGroup} overdue ${invoiceGroup} paid ${invoiceGroup} voided ${group('invoices')} outstanding ${invoiceGroup} partiallyPaid ${group('invoices')}
  unappliedCredit ${sum} netInvoiced ${sum} netRevenue ${sum} netBalance ${sum}
  overdueByAge { days1To30 ${invoiceGroup} days31To60 ${invoiceGroup} days61To90 ${invoiceGroup} daysOver90 ${invoiceGroup} } }`
const tasks = ['overdue', 'due', 'upcoming', 'unscheduled', 'open', 'upcomingWithin(days: 7)']
  .map(name => `${name} ${group('tasks')}`)
  .join(' ')
const dealGroup = group('deals', `value ${sum}`)
const sales = `deals { open ${dealGroup} won ${dealGroup} lost ${dealGroup} } quotes { byState ${group('quotes', `state amount ${sum}`)} }`
const months = 24
const figures = `overview(asOf: $asOf) {
    asOf projects { count byState { state count } totalMinutes totalHours billableMinutes invoicedMinutes } tasks { ${tasks} }
    ordersFrom: purchaseOrders ${orderBlock} ordersTo: purchaseOrders(direction: TO_CLIENT) ${orderBlock}
    sales: invoices ${invoiceBlock} purchases: invoices(kind: PURCHASE) ${invoiceBlock} ${sales} }
  months: overviewByMonth(asOf: $asOf, months: ${months}) {
    month invoiced ${sum} paid ${sum} refunded ${sum} totalMinutes: minutes totalHours: hours billableMinutes
    purchasesInvoiced: invoiced(kind: PURCHASE) ${sum} purchasesPaid: paid(kind: PURCHASE) ${sum} purchasesRefunded: refunded(kind: PURCHASE) ${sum} }`
const clientQuery = `query VerifyClients($ids: [ID!]!, $asOf: Date!) { nodes(ids: $ids) { ... on Client { ${figures} } } }`
const organizationQuery = `query VerifyOrganization($asOf: Date!) { organization { ${figures} } }`

export interface Difference extends Finding {
  organization: string
}

export interface VerifyOptions {
  schema: GraphQLSchema
  now: Date
  /** Days besides today; by default a week, a month, a quarter and a year ago. */
  days?: readonly Day[]
  progress?: (done: number, total: number) => void
}

/**
 * Recomputes all figures of an organisation from raw rows and compares them with what the API answers, in one
 * snapshot, so that a server may go on writing. The second computation shares neither SQL nor rules with the first; the
 * organisation's figures must be those of all its clients together.
 */
export async function verify(
  database: Database,
  organization: OrganizationFacts,
  { schema, now, days, progress }: VerifyOptions,
): Promise<Difference[]> {
  const differences: Difference[] = []
  const report = (finding: Finding) => differences.push({ organization: organization.id, ...finding })
  await database.snapshot(async read => {
    const access: Access = {
      organization,
      actor: { type: 'SYSTEM', id: null, name: 'verify' },
      permissions: permissionsOf(keyScopes),
      until: null,
    }
    const freshContext = () =>
      new Context(
        {
          read,
          dialect: database.dialect,
          view: () => database.view(),
          write: () => Promise.reject(new Error('Verifying changes nothing.')),
        },
        access,
        () => now,
      )
    const { today } = freshContext()
    const asked = [...new Set([today, ...(days ?? [7, 30, 91, 365].map(ago => addDays(today, -ago)))])]
    const base = organization.baseCurrency
    const settings = asked.map(asOf => ({ asOf, today, baseCurrency: base }))
    const expectedOf = (rows: ClientRows, setting: Setting) => ({
      overview: figuresOf(rows, setting),
      months: monthsOf(rows, setting, months),
    })
    const answer = async (source: string, variableValues: object) => {
      const { data, errors } = await graphql({
        schema,
        source,
        variableValues: { ...variableValues },
        contextValue: freshContext(),
      })
      if (errors?.[0]) throw errors[0]
      return data
    }
    const totals = new Map<Setting, unknown>(settings.map(setting => [setting, expectedOf(noRows, setting)]))

    await checkReferences(read, organization.id, report)
    checkNumbers(await read.query('SELECT * FROM invoices WHERE organization_id = ?', [organization.id]), report)
    const stages = new Map(
      (await read.query<RawRow[]>('SELECT * FROM deal_stages WHERE organization_id = ?', [organization.id])).map(
        stage => [String(stage.id), stage],
      ),
    )
    const kept = await keptRates(read, organization.id)
    const clients: RawRow[] = await read.query('SELECT id FROM clients WHERE organization_id = ? ORDER BY id', [
      organization.id,
    ])
    for (let at = 0; at < clients.length; at += batch) {
      const ids = clients.slice(at, at + batch).map(({ id }) => String(id))
      const all = await rowsOf(read, organization.id, ids)
      const invoiceLines = await linesOf(
        read,
        organization.id,
        'invoice_lines',
        'invoice_id',
        all.flatMap(rows => rows.invoices.map(({ id }) => String(id))),
      )
      const orderLines = await linesOf(
        read,
        organization.id,
        'purchase_order_lines',
        'purchase_order_id',
        all.flatMap(rows => rows.purchase_orders.map(({ id }) => String(id))),
      )
      const quoteLines = await linesOf(
        read,
        organization.id,
        'quote_lines',
        'quote_id',
        all.flatMap(rows => rows.quotes.map(({ id }) => String(id))),
      )
      const happenings = await happeningsOf(read, organization.id, all, base)
      for (const rows of all) {
        for (const invoice of rows.invoices) checkTakenRate(invoice, text(invoice.issued_on), kept, report)
        for (const order of rows.purchase_orders) checkTakenRate(order, text(order.ordered_on), kept, report)
        for (const quote of rows.quotes) checkTakenRate(quote, text(quote.sent_on), kept, report)
        for (const invoice of rows.invoices)
          checkDocument(invoice, invoiceLines.get(String(invoice.id)) ?? [], base, report)
        for (const order of rows.purchase_orders)
          checkDocument(order, orderLines.get(String(order.id)) ?? [], base, report)
        for (const quote of rows.quotes) checkDocument(quote, quoteLines.get(String(quote.id)) ?? [], base, report)
        for (const deal of rows.deals) checkDeal(deal, stages, base, report)
        checkSettlement(rows, base, report)
        checkBaseParts(rows, happenings, base, report)
      }
      for (const setting of settings) {
        const { asOf } = setting
        const { nodes } = (await answer(clientQuery, { ids, asOf })) as unknown as { nodes: unknown[] } // the shape of the query above
        nodes.forEach((found, position) => {
          const rows = all[position]
          if (!rows) return
          const expected = expectedOf(rows, setting)
          compare(found, expected, asOf, (field, is, must) =>
            report({ record: rows.id, field, found: is, expected: must }),
          )
          totals.set(setting, together(totals.get(setting), expected))
        })
      }
      progress?.(Math.min(at + batch, clients.length), clients.length)
    }
    for (const [setting, expected] of totals) {
      const { organization: found } = (await answer(organizationQuery, { asOf: setting.asOf })) as unknown as {
        organization: unknown
      } // the shape of the query above
      compare(found, expected, setting.asOf, (field, is, must) =>
        report({ record: organization.id, field, found: is, expected: must }),
      )
    }
  })
  return differences
}

/** No record may refer to another organisation's. */
async function checkReferences(read: EntityManager, organization: string, report: (finding: Finding) => void) {
  for (const record of entities()) {
    for (const word of record.fields) {
      if (word.kind !== 'reference' || typeof word.target !== 'function') continue
      const target = metadataOf(word.target())
      const rows: RawRow[] = await read.query(
        `SELECT s.id, s.${snake(word.name)} AS target FROM ${record.table} s JOIN ${target.table} t ON t.id = s.${snake(word.name)} WHERE s.organization_id = ? AND t.organization_id <> s.organization_id`,
        [organization],
      )
      for (const row of rows)
        report({
          record: String(row.id),
          field: word.name,
          expected: 'a record of the same organisation',
          found: String(row.target),
        })
    }
  }
}

function compare(
  found: unknown,
  expected: unknown,
  path: string,
  differ: (path: string, found: string, expected: string) => void,
) {
  if (found !== null && expected !== null && typeof found === 'object' && typeof expected === 'object') {
    for (const name of new Set([...Object.keys(found), ...Object.keys(expected)])) {
      compare(
        (found as Record<string, unknown>)[name],
        (expected as Record<string, unknown>)[name],
        `${path}.${name}`,
        differ,
      ) // JSON, walked by name
    }
  } else if (found !== expected) {
    differ(path, JSON.stringify(found) ?? 'nothing', JSON.stringify(expected) ?? 'nothing')
  }
}
