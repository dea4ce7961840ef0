import type { ReadScope } from '../../database/scope/write-scope.js'
import { formatDecimal, shortest } from '../../lib/decimal.js'
import { formatMoney, RATE_PLACES } from '../../lib/money.js'
import { Allocation, allocate, Invoice, Payment, recordPayment, type InvoiceKind } from '../invoicing/index.js'
import { choiceOf, currencyOf } from './cells.js'
import type { ImportField } from './description.js'
import { need } from './project-imports.js'
import { recordImport } from './record-import.js'
import type { RowReader } from './row-reader.js'

const kindOf = choiceOf<InvoiceKind>({
  SALE: ['venda', 'venta', 'cobrament', 'cobro', 'received'],
  PURCHASE: ['compra', 'pagament', 'pago', 'paid'],
})
const amount: ImportField = {
  name: 'amount',
  required: true,
  holds: 'NUMBER',
  description: 'How much, in major units.',
  headers: [
    'amount',
    'import cobrat',
    'importe cobrado',
    'import pagat',
    'importe pagado',
    'amount paid',
    'import',
    'importe',
    'cobrat',
    'cobrado',
    'pagat',
    'pagado',
    'quantitat',
    'cantidad',
    'total',
  ],
}
const invoice: ImportField = {
  name: 'invoice',
  description: 'The invoice it settles: its external id, else its number.',
  headers: [
    'invoice',
    'factura',
    'número de factura',
    'núm factura',
    'nº factura',
    'num factura',
    'invoice number',
    'invoice id',
    'id factura',
  ],
}

export const paymentImport = recordImport<Payment>(
  {
    type: Payment,
    noun: 'payment',
    ofClient: true,
    fields: [
      amount,
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
      invoice,
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
        description: 'What the bank or the payer wrote.',
        headers: ['reference', 'concepte', 'concepto', 'observacions', 'observaciones', 'note'],
      },
    ],
    read(row) {
      readAmount(row)
      row.take('paidOn', row.day)
      if (row.lacks('paidOn')) row.refuseNew('DATE_REQUIRED', 'A payment needs the day it was paid.', 'paidOn')
      for (const field of ['invoice', 'method', 'reference']) row.take(field)
      row.take('kind', kindOf)
      row.take('currency', currencyOf)
      row.takeDecimal('rate')
    },
    refer: (scope, rows) => findInvoices(scope, rows, 'invoice'),
    async told(scope, records) {
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
      const {
        clientId,
        invoiceId,
        externalId,
        amount: paid,
        paidOn,
        kind,
        currency,
        rate,
        method,
        reference,
      } = values as {
        clientId: string
        invoiceId?: string
        externalId: string
        amount: string
        paidOn: string
        kind?: InvoiceKind
        currency?: string
        rate?: string
        method?: string
        reference?: string
      } // as read
      const payment = await recordPayment(scope, {
        clientId,
        invoiceId,
        externalId,
        amount: paid,
        paidOn,
        kind,
        currency,
        rate,
        method,
        reference,
      })
      for (const allocation of await scope.list(Allocation, {
        sql: 't.paymentId = :id',
        parameters: { id: payment.id },
      }))
        made(allocation)
      return payment
    },
  },
  ['id cobrament', 'id cobro', 'id pagament', 'id pago', 'payment id', 'referència externa', 'referencia externa'],
)

export const allocationImport = recordImport<Allocation>(
  {
    type: Allocation,
    noun: 'allocation',
    ofClient: false,
    fields: [
      { ...invoice, required: true },
      {
        name: 'payment',
        description: 'The payment it takes from, by its external id; or give a credit note.',
        headers: ['payment', 'cobrament', 'cobro', 'pagament', 'pago', 'payment id', 'id cobrament', 'id cobro'],
      },
      {
        name: 'creditNote',
        description: 'The credit note it takes from: its external id, else its number; or give a payment.',
        headers: ['creditNote', 'creditNoteId', 'abonament', 'abono', 'rectificativa', 'credit note'],
      },
      amount,
      {
        name: 'allocatedOn',
        required: true,
        description: 'The day from which it counts.',
        headers: ['allocatedOn', 'data', 'fecha', 'date', 'allocated on'],
      },
    ],
    read(row) {
      need(row, 'invoice', 'INVOICE_REQUIRED', 'An allocation needs the invoice it settles.')
      row.take('payment')
      row.take('creditNote')
      if (!row.failed && (row.values.payment === undefined) === (row.values.creditNote === undefined))
        row.refuseNew(
          'CREDIT_REQUIRED',
          'An allocation takes from a payment or from a credit note: give one of the two.',
          'payment',
        )
      readAmount(row)
      row.take('allocatedOn', row.day)
      if (row.lacks('allocatedOn'))
        row.refuseNew('DATE_REQUIRED', 'An allocation needs the day from which it counts.', 'allocatedOn')
    },
    async refer(scope, rows) {
      await findInvoices(scope, rows, 'invoice')
      await findInvoices(scope, rows, 'creditNote')
      const named = rows.flatMap(({ values: { payment } }) => (typeof payment === 'string' ? payment : []))
      const payments = new Map(
        (named.length === 0
          ? []
          : await scope.list(Payment, {
              sql: 't.externalId IN (:...named) OR t.id IN (:...named)',
              parameters: { named },
            })
        ).flatMap(
          payment =>
            [
              [payment.id, payment],
              [payment.externalId, payment],
            ] as const,
        ),
      )
      for (const row of rows) {
        const { payment } = row.values
        if (typeof payment !== 'string') continue
        row.values.paymentId = payments.get(payment)?.id
        if (row.values.paymentId === undefined)
          row.refuse(
            'PAYMENT_UNKNOWN',
            `No payment has the external id ${payment}; import the payments first.`,
            'payment',
          )
      }
    },
    told: async (_scope, records) =>
      new Map(
        records.map(({ id, invoiceId, paymentId, creditNoteId, amount: taken, currency, allocatedOn }) => [
          id,
          { invoiceId, paymentId, creditNoteId, amount: shortest(formatMoney(taken, currency)), allocatedOn },
        ]),
      ),
    remembers: [Allocation],
    title: ({ amount: taken, invoice: number }) => [taken, number].filter(Boolean).join(' → '),
    create(scope, values) {
      const {
        externalId,
        invoiceId,
        paymentId,
        creditNoteId,
        amount: taken,
        allocatedOn,
      } = values as {
        externalId: string
        invoiceId: string
        paymentId?: string
        creditNoteId?: string
        amount: string
        allocatedOn: string
      } // as read
      return allocate(scope, { externalId, invoiceId, paymentId, creditNoteId, amount: taken, allocatedOn })
    },
  },
  ['id assignació', 'id asignación', 'allocation id', 'referència', 'referencia'],
)

function readAmount<T>(row: RowReader<T>) {
  row.takeDecimal('amount')
  if (row.lacks('amount')) row.refuseNew('AMOUNT_REQUIRED', 'The amount is missing.', 'amount')
}

async function findInvoices<T>(scope: ReadScope, rows: readonly RowReader<T>[], field: string) {
  const named = [...new Set(rows.flatMap(({ values }) => (typeof values[field] === 'string' ? values[field] : [])))]
  if (named.length === 0) return
  const invoices = await scope.list(Invoice, {
    sql: 't.externalId IN (:...named) OR t.number IN (:...named) OR t.id IN (:...named)',
    parameters: { named },
  })
  for (const row of rows) {
    const name = row.values[field]
    if (typeof name !== 'string') continue
    const own = invoices.filter(each => row.values.clientId === undefined || each.clientId === row.values.clientId)
    const found =
      [
        own.filter(({ externalId }) => externalId === name),
        own.filter(({ number }) => number === name),
        own.filter(({ id }) => id === name),
      ].find(each => each.length > 0) ?? []
    if (found.length === 1) row.values[`${field}Id`] = found[0]?.id
    else
      row.refuse(
        found.length === 0 ? 'INVOICE_UNKNOWN' : 'INVOICE_AMBIGUOUS',
        found.length === 0
          ? `No invoice${row.values.clientId === undefined ? '' : ' of this client'} has the external id or number ${name}; import the invoices first.`
          : `Several invoices have the number ${name}; name this one by its external id.`,
        field,
      )
  }
}
