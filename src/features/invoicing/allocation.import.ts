import type { ReadScope } from '../../database/scope/write-scope.js'
import { shortest } from '../../lib/decimal.js'
import { formatMoney } from '../../lib/money.js'
import { recordImport, type RecordValues, type RowReader } from '../imports/index.js'
import { allocate } from './payment.commands.js'
import { Allocation, Payment } from './payment.js'
import { amountField, findInvoices, invoiceField, readAmount } from './settlement.import.js'

interface AllocationValues extends RecordValues {
  /** Never given: its invoice has the client. */
  clientId?: string
  /** The text of its cell. */
  invoice: string
  invoiceId: string
  payment?: string | null
  paymentId?: string
  creditNote?: string | null
  creditNoteId?: string
  amount: string
  allocatedOn: string
}

export const allocationImport = recordImport<Allocation, AllocationValues>({
  type: Allocation,
  noun: 'allocation',
  externalIdHeaders: ['id assignació', 'id asignación', 'allocation id', 'referència', 'referencia'],
  fields: [
    { ...invoiceField, required: true },
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
    amountField,
    {
      name: 'allocatedOn',
      required: true,
      description: 'The day from which it counts.',
      headers: ['allocatedOn', 'data', 'fecha', 'date', 'allocated on'],
    },
  ],
  read(row) {
    row.need('invoice', 'INVOICE_REQUIRED', 'An allocation needs the invoice it settles.')
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
    await findPayments(scope, rows)
  },
  existingValues: async (_scope, records) =>
    new Map(
      records.map(({ id, invoiceId, paymentId, creditNoteId, amount: taken, currency, allocatedOn }) => [
        id,
        { invoiceId, paymentId, creditNoteId, amount: shortest(formatMoney(taken, currency)), allocatedOn },
      ]),
    ),
  remembers: [Allocation],
  title: ({ amount: taken, invoice: number }) => [taken, number].filter(Boolean).join(' → '),
  create(scope, values) {
    const { externalId, invoiceId, paymentId, creditNoteId, amount, allocatedOn } = values
    return allocate(scope, { externalId, invoiceId, paymentId, creditNoteId, amount, allocatedOn })
  },
})

async function findPayments(scope: ReadScope, rows: readonly RowReader<Allocation, AllocationValues>[]) {
  const named = rows.flatMap(({ values: { payment } }) => payment ?? [])
  const payments =
    named.length === 0
      ? []
      : await scope.list(Payment, { sql: 't.externalId IN (:...named) OR t.id IN (:...named)', parameters: { named } })
  const byId = new Map(
    payments.flatMap(payment => [[payment.id, payment] as const, [payment.externalId, payment] as const]),
  )
  for (const row of rows) {
    const { payment } = row.values
    if (typeof payment !== 'string') continue
    row.values.paymentId = byId.get(payment)?.id
    if (row.values.paymentId === undefined)
      row.refuse('PAYMENT_UNKNOWN', `No payment has the external id ${payment}; import the payments first.`, 'payment')
  }
}
