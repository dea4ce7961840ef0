import type { ReadScope } from '../../database/scope/write-scope.js'
import type { ImportField, RowReader } from '../imports/index.js'
import { Invoice } from './invoice.js'

// Payments and allocations have this in common: an amount that settles an invoice.

export const amountField: ImportField = {
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
/** A field whose cells name an invoice; `findInvoices` finds them. */
export const invoiceField: ImportField = {
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

export function readAmount(row: RowReader<unknown, { amount?: string }>) {
  row.takeDecimal('amount')
  if (row.lacks('amount')) row.refuseNew('AMOUNT_REQUIRED', 'The amount is missing.', 'amount')
}

type Naming<Name extends string> = { [Key in Name | `${Name}Id`]?: string | null } & { clientId?: string }

/** Finds the invoices that a field names, of the client of each row where that is known, under its name and `Id`. */
export async function findInvoices<Name extends string>(
  scope: ReadScope,
  rows: readonly RowReader<unknown, Naming<Name>>[],
  name: Name,
) {
  const calledBy = ({ values }: RowReader<unknown, Naming<Name>>): unknown => values[name]
  const named = [...new Set(rows.map(calledBy).filter(called => typeof called === 'string'))]
  if (named.length === 0) return
  const invoices = await scope.list(Invoice, {
    sql: 't.externalId IN (:...named) OR t.number IN (:...named) OR t.id IN (:...named)',
    parameters: { named },
  })
  for (const row of rows) {
    const called = calledBy(row)
    if (typeof called !== 'string') continue
    const { clientId } = row.values as { clientId?: string } // whatever the name of the field
    const own = invoices.filter(each => clientId === undefined || each.clientId === clientId)
    const found = invoicesCalled(own, called)
    if (found.length === 1) Object.assign(row.values, { [`${name}Id`]: found[0]?.id })
    else
      row.refuse(
        found.length === 0 ? 'INVOICE_UNKNOWN' : 'INVOICE_AMBIGUOUS',
        found.length === 0
          ? `No invoice${clientId === undefined ? '' : ' of this client'} has the external id or number ${called}; import the invoices first.`
          : `Several invoices have the number ${called}; name this one by its external id.`,
        name,
      )
  }
}

/** Finds invoices by external id, else by number, else by id. */
function invoicesCalled(invoices: readonly Invoice[], name: string): readonly Invoice[] {
  const byExternalId = invoices.filter(({ externalId }) => externalId === name)
  if (byExternalId.length > 0) return byExternalId
  const byNumber = invoices.filter(({ number }) => number === name)
  return byNumber.length > 0 ? byNumber : invoices.filter(({ id }) => id === name)
}
