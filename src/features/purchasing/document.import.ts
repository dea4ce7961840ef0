import type { ReadScope } from '../../database/scope/write-scope.js'
import { formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { groupBy } from '../../lib/group.js'
import { formatMoney, parseMoney, RATE_PLACES } from '../../lib/money.js'
import { totals } from '../../lib/totals.js'
import { Client } from '../clients/index.js'
import { currencyOf } from '../imports/index.js'
import type { DocumentLine } from './document.js'
import { readTaxes } from './document.import.tax.js'
import { amountsOf, type DocumentReader, type Line } from './document.import.values.js'
import { readWithholding } from './document.import.withholding.js'

// Invoices, orders and quotes have this in common: a row is a line, and rows of one document stand together.

export function readDocument(row: DocumentReader) {
  row.take('currency', currencyOf)
  for (const name of ['rate', 'total'] as const) row.takeDecimal(name)
}

export function readLine(row: DocumentReader): Line | undefined {
  if (!row.has('description'))
    return void row.refuseNew('DESCRIPTION_REQUIRED', 'A line needs a description.', 'description')
  const of = (name: string, places: number) => {
    const decimal = row.decimal(name)
    return decimal === undefined
      ? undefined
      : row.attempt(name, () => shortest(formatDecimal(parseDecimal(decimal, places), places)))
  }
  const description = row.text('description')
  const line = {
    description,
    quantity: of('quantity', 4) ?? '1',
    unitPrice: of('unitPrice', 6),
    discount: of('discount', 4) ?? '0',
    taxRate: of('taxRate', 4) ?? null,
  }
  if (description === null) row.refuse('DESCRIPTION_REQUIRED', 'A line needs a description.', 'description')
  if (line.unitPrice === undefined && !row.isWrong('unitPrice'))
    row.refuse('PRICE_REQUIRED', 'A line needs a unit price.', 'unitPrice')
  return line as Line // where it lacks one of these, its row is wrong
}

export const existingMoney = (currency: string, rate: bigint | null, total: bigint) => ({
  currency,
  rate: rate === null ? null : shortest(formatDecimal(rate, RATE_PLACES)),
  total: shortest(formatMoney(total, currency)),
})

export async function existingLines<L extends DocumentLine>(
  records: readonly { id: string }[],
  read: (ids: string[]) => Promise<L[]>,
  documentOf: (line: L) => string,
): Promise<Map<string, Line[]>> {
  if (records.length === 0) return new Map()
  const lines = groupBy(await read(records.map(({ id }) => id)), documentOf)
  const decimal = (value: bigint, places: number) => shortest(formatDecimal(value, places))
  return new Map(
    [...lines].map(([id, own]) => [
      id,
      own
        .toSorted((a, b) => a.position - b.position)
        .map(({ description, quantity, unitPrice, discount, taxRate }) => ({
          description,
          quantity: decimal(quantity, 4),
          unitPrice: decimal(unitPrice, 6),
          discount: decimal(discount, 4),
          taxRate: taxRate === null ? null : decimal(taxRate, 4),
        })),
    ]),
  )
}

type Sum = 'payable' | 'total'

/** Refuses a document whose lines do not come to the total that its rows give. */
export async function checkTotals(scope: ReadScope, rows: readonly DocumentReader[], sum: Sum) {
  const clientIds = rows.flatMap(({ values }) => values.clientId ?? [])
  const clients =
    clientIds.length === 0
      ? []
      : await scope.list(Client, { sql: 't.id IN (:...clientIds)', parameters: { clientIds } })
  const byId = new Map(clients.map(client => [client.id, client]))
  const { baseCurrency } = scope.organization
  const currencyOfRow = ({ values: { currency, clientId = '' } }: DocumentReader) =>
    currency ?? byId.get(clientId)?.currency ?? baseCurrency
  readTaxes(rows, currencyOfRow)
  readWithholding(rows, currencyOfRow)
  for (const row of rows) if (!row.failed) checkTotal(row, currencyOfRow(row), sum)
}

function checkTotal(row: DocumentReader, currency: string, sum: Sum) {
  const { total, withholdingRate, lines } = row.values
  if (typeof total !== 'string' || !lines) return
  row.attempt('total', () => {
    const withheld = withholdingRate ? parseDecimal(withholdingRate, 4) : null
    const { net, tax, payable } = totals(lines.map(amountsOf), withheld, currency)
    const computed = sum === 'payable' ? payable : net + tax
    if (parseMoney(total, currency) !== computed)
      row.refuse(
        'TOTAL_DIFFERS',
        `Its lines come to ${formatMoney(computed, currency)} ${currency}, and the total says ${total}; fix the one that is wrong.`,
        'total',
      )
  })
}
