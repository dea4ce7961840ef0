import { formatDecimal, shortest } from '../../lib/decimal.js'
import { formatMoney, RATE_PLACES } from '../../lib/money.js'
import { clientReference } from '../clients/index.js'
import { choiceOf, currencyOf, recordImport, type RecordValues } from '../imports/index.js'
import type { InvoiceKind } from './invoice.js'
import { recordPayment } from './payment.commands.js'
import { Allocation, Payment } from './payment.js'
import { amountField, findInvoices, invoiceField, readAmount } from './settlement.import.js'

const kindOf = choiceOf<InvoiceKind>({
  SALE: ['venda', 'venta', 'cobrament', 'cobro', 'received'],
  PURCHASE: ['compra', 'pagament', 'pago', 'paid'],
})
interface PaymentValues extends RecordValues {
  clientId: string
  amount: string
  paidOn: string
  /** The text of its cell. */
  invoice?: string | null
  invoiceId?: string
  kind?: InvoiceKind
  currency?: string | null
  rate?: string | null
  method?: string | null
  reference?: string | null
}

export const paymentImport = recordImport<Payment, PaymentValues>({
  type: Payment,
  noun: 'payment',
  externalIdHeaders: [
    'id cobrament',
    'id cobro',
    'id pagament',
    'id pago',
    'payment id',
    'referència externa',
    'referencia externa',
  ],
  owner: clientReference,
  fields: [
    amountField,
    {
      name: 'paidOn',
      required: true,
      description: 'The day it was paid.',
      headers: [
        'paidOn',
        'data de cobrament',
        'data de pagament',
        'fecha de cobro',
        'fecha de pago',
        'data cobrament',
        'data pagament',
        'fecha cobro',
        'fecha pago',
        'data',
        'fecha',
        'date',
        'paid on',
        'payment date',
      ],
    },
    invoiceField,
    {
      name: 'kind',
      description:
        'SALE from the client or PURCHASE to it, also in Catalan or Spanish; as its invoice, else SALE, where empty.',
      headers: ['kind', 'classe', 'clase', 'tipus', 'tipo', 'type'],
    },
    {
      name: 'currency',
      description: "Its currency; as its invoice, else the client's, where empty.",
      headers: ['currency', 'moneda', 'divisa'],
    },
    {
      name: 'rate',
      holds: 'NUMBER',
      description: 'Base units for one unit of its currency.',
      headers: ['rate', 'tipus de canvi', 'tipo de cambio', 'exchange rate'],
    },
    {
      name: 'method',
      description: 'How it was paid.',
      headers: ['method', 'forma de pagament', 'forma de pago', 'mitjà', 'medio', 'payment method'],
    },
    {
      name: 'reference',
      description: 'The text that the bank or the payer wrote.',
      headers: ['reference', 'concepte', 'concepto', 'observacions', 'observaciones', 'note'],
    },
  ],
  read(row) {
    readAmount(row)
    row.take('paidOn', row.day)
    if (row.lacks('paidOn')) row.refuseNew('DATE_REQUIRED', 'A payment needs the day it was paid.', 'paidOn')
    for (const field of ['invoice', 'method', 'reference'] as const) row.take(field)
    row.take('kind', kindOf)
    row.take('currency', currencyOf)
    row.takeDecimal('rate')
  },
  refer: (scope, rows) => findInvoices(scope, rows, 'invoice'),
  async existingValues(scope, records) {
    const ids = records.map(({ id }) => id)
    const allocations =
      ids.length === 0 ? [] : await scope.list(Allocation, { sql: 't.paymentId IN (:...ids)', parameters: { ids } })
    return new Map(
      records.map(({ id, amount: paid, paidOn, kind, currency, rate, method, reference }) => [
        id,
        {
          amount: shortest(formatMoney(paid, currency)),
          paidOn,
          kind,
          currency,
          rate: rate === null ? null : shortest(formatDecimal(rate, RATE_PLACES)),
          method,
          reference,
          invoiceId: allocations.find(({ paymentId }) => paymentId === id)?.invoiceId ?? null,
        },
      ]),
    )
  },
  remembers: [Allocation],
  title: ({ amount: paid, paidOn }) => [paid, paidOn].filter(Boolean).join(' '),
  async create(scope, values, made) {
    const { invoice: _invoice, ...given } = values
    const payment = await recordPayment(scope, given)
    for (const allocation of await scope.list(Allocation, {
      sql: 't.paymentId = :id',
      parameters: { id: payment.id },
    }))
      made(allocation)
    return payment
  },
})
