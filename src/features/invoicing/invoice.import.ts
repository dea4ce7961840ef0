import { formatDecimal, shortest } from '../../lib/decimal.js'
import { clientReference } from '../clients/index.js'
import { choiceOf, field, recordImport } from '../imports/index.js'
import {
  checkTotals,
  documentFields,
  lineFields,
  readDocument,
  readLine,
  existingLines,
  existingMoney,
  type DocumentValues,
} from '../purchasing/index.js'
import { authoriseInvoice, createInvoice, submitInvoice, voidInvoice } from './invoice.commands.js'
import { Invoice, InvoiceLine, type InvoiceKind, type InvoiceState, type InvoiceType } from './invoice.js'

const kindOf = choiceOf<InvoiceKind>({
  SALE: ['venda', 'venta', 'emesa', 'emitida', 'sales'],
  PURCHASE: ['compra', 'rebuda', 'recibida', 'purchases'],
})
const typeOf = choiceOf<InvoiceType>({
  INVOICE: ['factura'],
  CREDIT_NOTE: ['abonament', 'abono', 'rectificativa', 'factura rectificativa', 'credit note', 'credit'],
})
const authorised = ['emesa', 'emitida', 'autoritzada', 'autorizada', 'sent', 'authorized', 'oberta', 'abierta', 'open']
const due = ['pendent', 'pendiente', 'vençuda', 'vencida', 'overdue']
const invoiceState = choiceOf<InvoiceState | 'PAID'>({
  DRAFT: ['esborrany', 'borrador'],
  SUBMITTED: ['presentada'],
  AUTHORISED: [...authorised, ...due],
  VOIDED: ['anul·lada', 'anulada', 'void', 'cancelled'],
  PAID: ['pagada', 'pagat', 'pagado', 'cobrada', 'cobrat', 'cobrado'],
})

interface InvoiceValues extends DocumentValues {
  number: string
  kind?: InvoiceKind
  type?: InvoiceType
  issuedOn: string
  dueOn?: string | null
  state?: InvoiceState | 'PAID'
  voidedOn?: string | null
  withholdingRate?: string | null
  /** Whether its file says that it is paid. */
  saysPaid?: true
}

export const invoiceImport = recordImport<Invoice, InvoiceValues>({
  type: Invoice,
  noun: 'invoice',
  externalIdHeaders: ['id factura', 'invoice id'],
  owner: clientReference,
  fields: [
    {
      ...field(
        'number',
        'The number it has: of a sale the one that another system gave it and that it keeps, of a purchase the ' +
          'supplier’s.',
        [
          'número de factura',
          'núm factura',
          'num factura',
          'nº factura',
          'n factura',
          'factura nº',
          'factura núm',
          'codi de factura',
          'código de factura',
          'invoice number',
          'invoice no',
          'número',
          'núm',
          'num',
          'nº',
          'factura',
          'invoice',
          'no',
          'number',
        ],
      ),
      required: true,
      identity: true,
    },
    field('kind', 'SALE or PURCHASE, also in Catalan or Spanish; SALE where empty.', [
      'classe',
      'clase',
      'sentit',
      'sentido',
    ]),
    field('type', 'INVOICE or CREDIT_NOTE, also in Catalan or Spanish; INVOICE where empty.', ['tipus', 'tipo']),
    {
      ...field('issuedOn', 'The day it was issued.', [
        'data',
        'fecha',
        'data de factura',
        'fecha de factura',
        'data d’emissió',
        'fecha de emisión',
        'data factura',
        'fecha factura',
        'data emissió',
        'fecha emisión',
        'data d’expedició',
        'fecha de expedición',
        'fecha expedición',
        'date',
        'issued on',
        'issue date',
        'invoice date',
      ]),
      required: true,
    },
    field('dueOn', 'The last day for payment.', [
      'venciment',
      'vencimiento',
      'data de venciment',
      'fecha de vencimiento',
      'data venciment',
      'fecha vencimiento',
      'venç el',
      'vence el',
      'due on',
      'due date',
      'due',
    ]),
    field(
      'state',
      'DRAFT, AUTHORISED or VOIDED, also in Catalan or Spanish; AUTHORISED where empty, or where it is due, ' +
        'overdue or paid: that follows from its payments.',
      ['estat', 'estado', 'status'],
    ),
    field('voidedOn', 'The day it was voided; needed where it was.', ['anul·lada el', 'anulada el', 'voided on']),
    {
      ...field(
        'withholdingRate',
        'Withholding tax (IRPF) in percent of the net. ' +
          'A column of amounts is read as the rate that makes them of the net.',
        ['irpf', '% irpf', 'retenció', 'retención', 'withholding'],
      ),
      holds: 'PERCENTAGE',
    },
    ...documentFields,
    ...lineFields,
  ],
  read(row) {
    row.need('number', 'NUMBER_REQUIRED', 'An invoice needs the number it has.')
    row.take('kind', kindOf)
    row.take('type', typeOf)
    for (const name of ['issuedOn', 'dueOn', 'voidedOn'] as const) row.take(name, row.day)
    if (row.lacks('issuedOn')) row.refuseNew('DATE_REQUIRED', 'An invoice needs the day it was issued.', 'issuedOn')
    row.take('state', invoiceState)
    if (row.values.state === 'PAID') Object.assign(row.values, { state: 'AUTHORISED', saysPaid: true })
    if (row.values.state === 'SUBMITTED')
      row.refuseNew(
        'INVOICE_SUBMITTED',
        'An invoice that waits for approval cannot be imported: give DRAFT, and submit it here.',
        'state',
      )
    row.needsDay('voidedOn', row.values.state === 'VOIDED', ['VOIDED'])
    row.takeDecimal('withholdingRate')
    readDocument(row)
  },
  numbered: {
    field: 'number',
    keyOf: ({ number, kind = 'SALE', type = 'INVOICE', clientId }) =>
      number ? Object.assign(new Invoice(), { kind, type, clientId }).keyOf(number) : null,
    keyOfRecord: invoice => invoice.keyOf(invoice.number ?? ''),
    isFree: ({ kind, state }) => kind === 'PURCHASE' && state === 'VOIDED',
    with: ['kind', 'type', 'clientId', 'clientExternalId', 'clientTaxId'],
  },
  line: readLine,
  /** Removes the document with its lines, unless something refers to it. An imported number leaves no gap in ours. */
  async remove(scope, invoice) {
    await scope.removeParts(InvoiceLine, 'invoiceId', invoice.id)
    await scope.remove(invoice)
  },
  calledIn: { supplierNumber: 'number', externalNumber: 'number', authorisedOn: 'issuedOn', on: 'issuedOn' },
  refer: (scope, rows) => checkTotals(scope, rows, 'payable'),
  async existingValues(scope, records) {
    const lines = await existingLines(
      records,
      ids => scope.list(InvoiceLine, { sql: 't.invoiceId IN (:...ids)', parameters: { ids } }),
      ({ invoiceId }) => invoiceId,
    )
    return new Map(
      records.map(
        ({ id, number, kind, type, issuedOn, dueOn, state, voidedOn, withholdingRate, currency, rate, payable }) => [
          id,
          {
            number,
            kind,
            type,
            issuedOn,
            dueOn,
            state,
            voidedOn,
            withholdingRate: withholdingRate === null ? null : shortest(formatDecimal(withholdingRate, 4)),
            ...existingMoney(currency, rate, payable),
            lines: lines.get(id) ?? [],
          },
        ],
      ),
    )
  },
  title: ({ number }) => number ?? null,
  async create(scope, values) {
    const { number, kind = 'SALE', issuedOn, state = 'AUTHORISED', voidedOn, saysPaid } = values
    const { clientId, externalId, type, dueOn, withholdingRate, currency, rate, lines } = values
    if (saysPaid)
      scope.warn(
        'INVOICE_PAID',
        'The invoice is imported as authorised, with all of it due. ' +
          'Only payments make an invoice paid: import its payment as well.',
        'state',
      )
    const own = kind === 'SALE' ? { externalNumber: number } : { supplierNumber: number, issuedOn }
    let invoice = await createInvoice(scope, {
      clientId,
      externalId,
      kind,
      type,
      dueOn,
      withholdingRate,
      currency,
      rate,
      lines,
      ...own,
    })
    if (state === 'DRAFT') return invoice
    invoice = await submitInvoice(scope, { id: invoice.id, version: invoice.version, on: issuedOn })
    invoice = await authoriseInvoice(scope, { id: invoice.id, version: invoice.version, authorisedOn: issuedOn })
    return state === 'VOIDED' ? voidInvoice(scope, { id: invoice.id, version: invoice.version, voidedOn }) : invoice
  },
})
