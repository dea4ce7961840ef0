import type { OrganizationFacts } from '../../model/access.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { groupBy } from '../../lib/group.js'
import { formatMoney, parseMoney, RATE_PLACES } from '../../lib/money.js'
import { totals } from '../../lib/totals.js'
import { Client } from '../clients/index.js'
import type { DocumentLine } from '../purchasing/index.js'
import { currencyOf } from './cells.js'
import type { ImportField } from './description.js'
import type { Values } from './record-import.js'
import type { RowReader } from './row-reader.js'
import { amountsOf, readTaxes, readWithholding } from './tax-cell.js'

// What invoices, orders and quotes have in common: a row is a line, and rows of one document stand together.

export interface Line {
  description: string
  quantity: string
  unitPrice: string
  discount: string
  taxRate: string | null
}

export const documentFields: readonly ImportField[] = [
  {
    name: 'currency',
    description: "Its currency, as an ISO 4217 code; the client's, else the base currency, where empty.",
    headers: ['currency', 'moneda', 'divisa'],
  },
  {
    name: 'rate',
    holds: 'NUMBER',
    description: 'Base units for one unit of its currency.',
    headers: ['rate', 'tipus de canvi', 'tipo de cambio', 'canvi', 'cambio', 'exchange rate', 'currency rate'],
  },
  {
    name: 'total',
    holds: 'NUMBER',
    description: 'What it comes to; where given, it is compared with the sum of its lines.',
    headers: [
      'total',
      'import total',
      'importe total',
      'total factura',
      'total document',
      'total documento',
      'total amb iva',
      'total con iva',
      'total iva inclòs',
      'total iva incluido',
      'a pagar',
      'total amount',
      'grand total',
      'invoice total',
      'invoice amount',
    ],
    withTax: ['import', 'importe', 'amount'],
  },
]

export const lineFields: readonly ImportField[] = [
  {
    name: 'description',
    required: true,
    lines: true,
    description: 'What the line is for.',
    headers: [
      'description',
      'descripció',
      'descripción',
      'concepte',
      'concepto',
      'línia',
      'línea',
      'detall',
      'detalle',
      'concept',
      'article',
      'artículo',
      'producte',
      'producto',
      'line',
      'item',
      'product',
    ],
  },
  {
    name: 'quantity',
    holds: 'NUMBER',
    description: 'How many; 1 where empty.',
    headers: [
      'quantity',
      'quantitat',
      'cantidad',
      'cant',
      'unitats',
      'unidades',
      'uds',
      'ud',
      'qty',
      'units',
      'hores',
      'horas',
    ],
  },
  {
    name: 'unitPrice',
    required: true,
    holds: 'NUMBER',
    beforeTax: true,
    description: 'The price of one, before discount and tax.',
    headers: [
      'unitPrice',
      'preu',
      'preu unitari',
      'precio',
      'precio unitario',
      'price',
      'unit price',
      'unit amount',
      'pvp',
      'pvp unitario',
      'preu per unitat',
      'precio por unidad',
      'base imposable',
      'base imponible',
      'base',
      'import net',
      'importe neto',
      'net',
      'neto',
      'subtotal',
      'import',
      'importe',
      'amount',
    ],
  },
  {
    name: 'discount',
    holds: 'PERCENTAGE',
    description: 'Discount in percent.',
    headers: [
      'discount',
      'descompte',
      'descuento',
      'dte',
      'dto',
      '% descompte',
      '% descuento',
      '% dte',
      '% dto',
      'discount %',
      'discount percent',
    ],
  },
  {
    name: 'taxRate',
    holds: 'PERCENTAGE',
    description:
      'Tax rate in percent; empty where no tax applies. A column of amounts is read as the rate that makes them of the lines.',
    headers: [
      'taxRate',
      'iva',
      '% iva',
      "tipus d'iva",
      'tipo de iva',
      'tipus iva',
      'tipo iva',
      'iva %',
      'tipus impositiu',
      'tipo impositivo',
      'igic',
      '% igic',
      'tax rate',
      'vat rate',
      'vat',
      'vat %',
      'tax',
      'tax %',
    ],
  },
]

export const field = (name: string, description: string, headers: readonly string[]): ImportField => ({
  name,
  description,
  headers: [name, ...headers],
})

export function readDocument<T>(row: RowReader<T>) {
  row.take('currency', currencyOf)
  for (const name of ['rate', 'total']) row.takeDecimal(name)
}

export function readLine<T>(row: RowReader<T>): Values | undefined {
  if (!row.has('description'))
    return void row.refuseNew('DESCRIPTION_REQUIRED', 'A line needs what it is for.', 'description')
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
  if (description === null) row.refuse('DESCRIPTION_REQUIRED', 'A line needs what it is for.', 'description')
  if (line.unitPrice === undefined && row.lacks('unitPrice'))
    row.refuse('PRICE_REQUIRED', 'A line needs the price of one.', 'unitPrice')
  return line
}

export const toldMoney = (currency: string, rate: bigint | null, total: bigint) => ({
  currency,
  rate: rate === null ? null : shortest(formatDecimal(rate, RATE_PLACES)),
  total: shortest(formatMoney(total, currency)),
})

export async function toldLines<L extends DocumentLine>(
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

/** Refuses a document whose lines do not come to the total that its rows give. */
export async function checkTotals<T>(scope: ReadScope, rows: readonly RowReader<T>[], sum: 'payable' | 'total') {
  const clientIds = rows.flatMap(({ values }) => (typeof values.clientId === 'string' ? values.clientId : []))
  const clients = new Map(
    (clientIds.length === 0
      ? []
      : await scope.list(Client, { sql: 't.id IN (:...clientIds)', parameters: { clientIds } })
    ).map(client => [client.id, client]),
  )
  const currencyOfRow = ({ values: { currency, clientId } }: RowReader<T>) =>
    (typeof currency === 'string' ? currency : clients.get(String(clientId))?.currency) ??
    (scope.organization satisfies OrganizationFacts).baseCurrency
  readTaxes(rows, currencyOfRow)
  readWithholding(rows, currencyOfRow)
  for (const row of rows) {
    if (row.values.total === undefined || row.values.lines === undefined || row.failed) continue
    const currency = currencyOfRow(row)
    const { total, withholdingRate, lines } = row.values as { total: string; withholdingRate?: string; lines: Line[] } // as read
    row.attempt('total', () => {
      const { net, tax, payable } = totals(
        lines.map(amountsOf),
        withholdingRate === undefined ? null : parseDecimal(withholdingRate, 4),
        currency,
      )
      const computed = sum === 'payable' ? payable : net + tax
      if (parseMoney(total, currency) !== computed)
        row.refuse(
          'TOTAL_DIFFERS',
          `Its lines come to ${formatMoney(computed, currency)} ${currency}, and the total says ${total}; mend the one that is wrong.`,
          'total',
        )
    })
  }
}
