import { graphql, type GraphQLSchema } from 'graphql'
import { Context } from '../request/context.js'
import type { Access, OrganizationFacts } from '../model/access.js'
import type { Database } from '../database/database.js'
import { permissionsOf, keyScopes } from '../model/permission.js'
import { addDays, type Day } from '../lib/calendar.js'
import { checkBaseParts, eventsOf } from './base-parts.js'
import { compare } from './compare.js'
import { figuresOf, type Setting } from './figures.js'
import { checkKept, checkKeptOfNobody } from './kept.js'
import { monthsOf } from './months.js'
import { blocksQuery, clientQuery, months, organizationQuery } from './questions.js'
import { checkDeal, checkDocument, checkNumbers, checkSettlement, type Finding } from './rules.js'
import { linesOf, noRows, rowsOf, text, type ClientRows, type RawRow } from './rows.js'
import { checkTakenRate, keptRates } from './taken-rates.js'
import { together } from './together.js'
import { metadataOf, entities } from '../model/entity-metadata.js'
import { snake } from '../lib/snake.js'
import type { Session } from '../database/session.js'

const batch = 100

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
 * Recomputes all figures of an organisation from raw rows and compares them with the answers of the API. Both read one
 * snapshot, so that a server may go on writing. The second computation shares neither SQL nor rules with the first; the
 * organisation's figures must be those of all its clients together.
 */
export async function verify(
  database: Database,
  organization: OrganizationFacts,
  options: VerifyOptions,
): Promise<Difference[]> {
  const differences: Difference[] = []
  const report = (finding: Finding) => differences.push({ organization: organization.id, ...finding })
  await database.snapshot(read => new Verification(database, read, organization, options, report).run())
  return differences
}

class Verification {
  private readonly settings: readonly Setting[]
  /** The figures of all clients so far, together. */
  private readonly totals: Map<Setting, unknown>

  constructor(
    private readonly database: Database,
    private readonly read: Session,
    private readonly organization: OrganizationFacts,
    private readonly options: VerifyOptions,
    private readonly report: (finding: Finding) => void,
  ) {
    const { today } = this.freshContext()
    const days = new Set([today, ...(options.days ?? [7, 30, 91, 365].map(ago => addDays(today, -ago)))])
    this.settings = [...days].map(asOf => ({ asOf, today, baseCurrency: organization.baseCurrency }))
    this.totals = new Map(this.settings.map(setting => [setting, expectedOf(noRows, setting)]))
  }

  async run() {
    const { read, report, organization } = this
    await checkReferences(read, organization.id, report)
    await checkKeptOfNobody(read, organization.id, report)
    checkNumbers(await read.query('SELECT * FROM invoices WHERE organization_id = ?', [organization.id]), report)
    const stageRows = await read.query<RawRow[]>('SELECT * FROM deal_stages WHERE organization_id = ?', [
      organization.id,
    ])
    const stages = new Map(stageRows.map(stage => [String(stage.id), stage]))
    const kept = await keptRates(read, organization.id)
    const clients: RawRow[] = await read.query('SELECT id FROM clients WHERE organization_id = ? ORDER BY id', [
      organization.id,
    ])
    for (let at = 0; at < clients.length; at += batch) {
      const ids = clients.slice(at, at + batch).map(({ id }) => String(id))
      const all = await rowsOf(read, organization.id, ids)
      await this.checkRecords(all, stages, kept)
      await this.checkAnswers(ids, all)
      await checkKept(this.read, this.organization, this.freshContext().today, all, report)
      this.options.progress?.(Math.min(at + batch, clients.length), clients.length)
    }
    await this.checkTotals()
  }

  /** Compares what records hold with what follows from their parts. */
  private async checkRecords(
    all: readonly ClientRows[],
    stages: ReadonlyMap<string, RawRow>,
    kept: Awaited<ReturnType<typeof keptRates>>,
  ) {
    const { report } = this
    const base = this.organization.baseCurrency
    const idsOf = (table: 'invoices' | 'purchase_orders' | 'quotes') =>
      all.flatMap(rows => rows[table].map(({ id }) => String(id)))
    const lines = (table: Parameters<typeof linesOf>[2], by: string, ids: string[]) =>
      linesOf(this.read, this.organization.id, table, by, ids)
    const invoiceLines = await lines('invoice_lines', 'invoice_id', idsOf('invoices'))
    const orderLines = await lines('purchase_order_lines', 'purchase_order_id', idsOf('purchase_orders'))
    const quoteLines = await lines('quote_lines', 'quote_id', idsOf('quotes'))
    const events = await eventsOf(this.read, this.organization.id, [...all], base)
    for (const rows of all) {
      const documents = [
        ...rows.invoices.map(row => [row, row.issued_on, invoiceLines] as const),
        ...rows.purchase_orders.map(row => [row, row.ordered_on, orderLines] as const),
        ...rows.quotes.map(row => [row, row.sent_on, quoteLines] as const),
      ]
      for (const [document, day, linesById] of documents) {
        checkTakenRate(document, text(day), kept, report)
        checkDocument(document, linesById.get(String(document.id)) ?? [], base, report)
      }
      for (const deal of rows.deals) checkDeal(deal, stages, base, report)
      checkSettlement(rows, base, report)
      checkBaseParts(rows, events, base, report)
    }
  }

  /** Compares the figures that the API gives for some clients with those of their rows: for today as it kept them, too. */
  private async checkAnswers(ids: readonly string[], all: readonly ClientRows[]) {
    for (const setting of this.settings) {
      const { asOf } = setting
      const expected = all.map(rows => expectedOf(rows, setting))
      for (const kept of asOf === setting.today ? [true, false] : [false]) {
        const { nodes } = (await this.answer(clientQuery, { ids, asOf }, kept)) as unknown as { nodes: unknown[] } // the shape of the query above
        nodes.forEach((found, at) => {
          const path = kept ? `kept.${asOf}` : asOf
          if (all[at]) this.compareFigures(all[at].id, found, expected[at], path)
        })
      }
      for (const figures of expected) this.totals.set(setting, together(this.totals.get(setting), figures))
    }
  }

  private async checkTotals() {
    for (const [{ asOf, today }, expected] of this.totals) {
      const { organization: found } = (await this.answer(organizationQuery, { asOf })) as unknown as {
        organization: unknown
      } // the shape of the query above
      this.compareFigures(this.organization.id, found, expected, asOf)
      if (asOf === today) await this.checkKeptTotals(today, expected as { overview: unknown }) // as expectedOf made it
    }
  }

  private async checkKeptTotals(asOf: Day, expected: { overview: unknown }) {
    const answer = (await this.answer(blocksQuery, { asOf }, true)) as unknown as Record<string, { overview: object }> // the shape of the query above
    const found = Object.assign({}, ...Object.values(answer).map(({ overview }) => overview)) as object // of one day
    this.compareFigures(this.organization.id, { overview: found }, { overview: expected.overview }, `kept.${asOf}`)
  }

  private compareFigures(record: string, found: unknown, expected: unknown, path: string) {
    compare(found, expected, path, (field, is, must) => this.report({ record, field, found: is, expected: must }))
  }

  private async answer(source: string, variables: object, kept = false) {
    const { data, errors } = await graphql({
      schema: this.options.schema,
      source,
      variableValues: { ...variables },
      contextValue: this.freshContext(kept),
    })
    if (errors?.[0]) throw errors[0]
    return data
  }

  /** A context that reads in the snapshot and changes nothing. */
  private freshContext(kept = false) {
    const { database, read, organization, options } = this
    const access: Access = {
      organization,
      actor: { type: 'SYSTEM', id: null, name: 'verify' },
      permissions: permissionsOf(keyScopes),
      until: null,
    }
    const write = () => Promise.reject(new Error('Verifying changes nothing.'))
    const store = { read, dialect: database.dialect, view: () => database.view(), write, kept }
    return new Context(store, access, () => options.now)
  }
}

const expectedOf = (rows: ClientRows, setting: Setting) => ({
  overview: figuresOf(rows, setting),
  months: monthsOf(rows, setting, months),
})

/** No record may refer to another organisation's. */
async function checkReferences(read: Session, organization: string, report: (finding: Finding) => void) {
  for (const record of entities()) {
    for (const field of record.fields) {
      if (field.kind !== 'reference' || typeof field.target !== 'function') continue
      const target = metadataOf(field.target())
      const rows: RawRow[] = await read.query(
        `SELECT s.id, s.${snake(field.name)} AS target FROM ${record.table} s JOIN ${target.table} t ON t.id = s.${snake(field.name)} WHERE s.organization_id = ? AND t.organization_id <> s.organization_id`,
        [organization],
      )
      for (const row of rows)
        report({
          record: String(row.id),
          field: field.name,
          expected: 'a record of the same organisation',
          found: String(row.target),
        })
    }
  }
}
