import type { OrganizationFacts } from '../../database/access.js'
import type { ReadScope } from '../../database/scope.js'
import { dayOf as pastDay } from '../../graphql/state.js'
import type { Day } from '../../lib/calendar.js'
import { formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { groupBy } from '../../lib/group.js'
import { formatMoney, parseMoney, RATE_PLACES } from '../../lib/money.js'
import { totals } from '../../lib/totals.js'
import { Client } from '../clients/index.js'
import { acceptQuote, createQuote, Deal, declineQuote, Quote, QuoteLine, sendQuote, type QuoteState } from '../deals/index.js'
import { authoriseInvoice, createInvoice, Invoice, InvoiceLine, submitInvoice, voidInvoice, type InvoiceKind, type InvoiceState, type InvoiceType } from '../invoicing/index.js'
import { cancelPurchaseOrder, closePurchaseOrder, createPurchaseOrder, openPurchaseOrder, PurchaseOrder, PurchaseOrderLine, receivePurchaseOrder, type DocumentLine, type OrderDirection, type OrderState } from '../purchasing/index.js'
import { choiceOf, currencyOf, dayOf, decimalReader } from './cells.js'
import type { ImportField } from './description.js'
import { need, needsDay } from './project-imports.js'
import { recordImport, type Values } from './record-import.js'
import type { RowReader } from './row-reader.js'

interface Line {
  description: string
  quantity: string
  unitPrice: string
  discount: string
  taxRate: string | null
}

const documentFields: readonly ImportField[] = [
  { name: 'currency', description: "Its currency, as an ISO 4217 code; the client's, else the base currency, where empty.", headers: ['currency', 'moneda', 'divisa'] },
  { name: 'rate', description: 'Base units for one unit of its currency.', headers: ['rate', 'tipus de canvi', 'tipo de cambio', 'exchange rate'] },
  { name: 'total', description: 'What it comes to; where given, it is compared with the sum of its lines.', headers: ['total', 'import total', 'importe total', 'a pagar', 'total amount', 'grand total'] },
]

const lineFields: readonly ImportField[] = [
  { name: 'description', required: true, description: 'What the line is for.', headers: ['description', 'descripció', 'descripción', 'concepte', 'concepto', 'línia', 'línea', 'producte', 'producto', 'line', 'item', 'product'] },
  { name: 'quantity', description: 'How many; 1 where empty.', headers: ['quantity', 'quantitat', 'cantidad', 'unitats', 'unidades', 'qty', 'units'] },
  { name: 'unitPrice', required: true, description: 'The price of one, before discount and tax.', headers: ['unitPrice', 'preu', 'preu unitari', 'precio', 'precio unitario', 'price', 'unit price', 'base', 'import', 'importe', 'amount', 'net'] },
  { name: 'discount', description: 'Discount in percent.', headers: ['discount', 'descompte', 'descuento', 'dte', 'dto'] },
  { name: 'taxRate', description: 'Tax rate in percent; empty where no tax applies.', headers: ['taxRate', 'iva', '% iva', 'tipus iva', 'tipo iva', 'tax rate', 'vat', 'vat rate', 'tax'] },
]

const field = (name: string, description: string, headers: readonly string[]): ImportField => ({ name, description, headers: [name, ...headers] })
const kindOf = choiceOf<InvoiceKind>({ SALE: ['venda', 'venta', 'emesa', 'emitida', 'sales'], PURCHASE: ['compra', 'rebuda', 'recibida', 'purchases'] })
const typeOf = choiceOf<InvoiceType>({ INVOICE: ['factura'], CREDIT_NOTE: ['abonament', 'abono', 'rectificativa', 'factura rectificativa', 'credit note', 'credit'] })
const invoiceState = choiceOf<InvoiceState>({ DRAFT: ['esborrany', 'borrador'], SUBMITTED: ['presentada'], AUTHORISED: ['emesa', 'emitida', 'autoritzada', 'autorizada', 'pagada', 'paid', 'sent', 'authorized', 'oberta', 'abierta', 'open'], VOIDED: ['anul·lada', 'anulada', 'void', 'cancelled'] })
const directionOf = choiceOf<OrderDirection>({ FROM_CLIENT: ['del client', 'del cliente', 'venda', 'venta', 'from client'], TO_CLIENT: ['al client', 'al cliente', 'al proveïdor', 'al proveedor', 'compra', 'to client'] })
const orderState = choiceOf<OrderState>({ DRAFT: ['esborrany', 'borrador'], OPEN: ['oberta', 'obert', 'abierto', 'abierta', 'ordered'], PARTIALLY_RECEIVED: ['rebuda en part', 'recibido en parte', 'partially received'], RECEIVED: ['rebuda', 'rebut', 'recibido', 'recibida', 'delivered'], CLOSED: ['tancada', 'tancat', 'cerrado', 'cerrada', 'closed'], CANCELLED: ['anul·lada', 'anul·lat', 'cancelado', 'cancelada', 'cancelled'] })
const quoteState = choiceOf<QuoteState>({ DRAFT: ['esborrany', 'borrador'], SENT: ['enviat', 'enviada', 'enviado', 'pendent', 'pendiente', 'pending', 'open'], EXPIRED: ['caducat', 'caducada', 'caducado', 'vençut', 'vençuda', 'vencido', 'vencida'], ACCEPTED: ['acceptat', 'acceptada', 'aceptado', 'aceptada', 'aprovat', 'aprobado', 'approved'], DECLINED: ['rebutjat', 'rebutjada', 'refusat', 'rechazado', 'rechazada', 'rejected', 'refused'], INVOICED: ['facturat', 'facturada', 'facturado'] })

export const invoiceImport = recordImport<Invoice>({
  type: Invoice,
  noun: 'invoice',
  ofClient: true,
  fields: [
    { ...field('number', 'The number it has: of a sale the one that another system gave it and that it keeps, of a purchase the supplier’s.', ['número', 'núm', 'num', 'número de factura', 'invoice number', 'factura', 'invoice', 'no']), required: true },
    field('kind', 'SALE or PURCHASE, also in Catalan or Spanish; SALE where empty.', ['classe', 'clase', 'sentit', 'sentido']),
    field('type', 'INVOICE or CREDIT_NOTE, also in Catalan or Spanish; INVOICE where empty.', ['tipus', 'tipo']),
    { ...field('issuedOn', 'The day it was issued.', ['data', 'fecha', 'data de factura', 'fecha de factura', 'data d’emissió', 'fecha de emisión', 'date', 'issued on', 'issue date', 'invoice date']), required: true },
    field('dueOn', 'The last day for payment.', ['venciment', 'vencimiento', 'data de venciment', 'fecha de vencimiento', 'due on', 'due date', 'due']),
    field('state', 'DRAFT, AUTHORISED or VOIDED, also in Catalan or Spanish; AUTHORISED where empty.', ['estat', 'estado', 'status']),
    field('voidedOn', 'The day it was voided; needed where it was.', ['anul·lada el', 'anulada el', 'voided on']),
    field('withholdingRate', 'Withholding tax (IRPF) in percent of the net.', ['irpf', '% irpf', 'retenció', 'retención', 'withholding']),
    ...documentFields, ...lineFields,
  ],
  read(row) {
    need(row, 'number', 'NUMBER_REQUIRED', 'An invoice needs the number it has.')
    row.take('kind', kindOf)
    row.take('type', typeOf)
    for (const name of ['issuedOn', 'dueOn', 'voidedOn']) row.take(name, dayOf)
    if (!row.values.issuedOn && !row.failed) row.refuseNew('DATE_REQUIRED', 'An invoice needs the day it was issued.', 'issuedOn')
    row.take('state', invoiceState)
    if (row.values.state === 'SUBMITTED') row.refuseNew('INVOICE_SUBMITTED', 'An invoice that waits for approval cannot be imported: give DRAFT, and submit it here.', 'state')
    needsDay(row, 'voidedOn', row.values.state === 'VOIDED', ['VOIDED'])
    row.take('withholdingRate', decimalReader(row.exact))
    readDocument(row)
  },
  line: readLine,
  refer: (scope, rows) => checkTotals(scope, rows, 'payable'),
  async told(scope, records) {
    const lines = await toldLines(records, ids => scope.list(InvoiceLine, { sql: 't.invoiceId IN (:...ids)', parameters: { ids } }), ({ invoiceId }) => invoiceId)
    return new Map(records.map(({ id, number, kind, type, issuedOn, dueOn, state, voidedOn, withholdingRate, currency, rate, payable }) => [id, {
      number, kind, type, issuedOn, dueOn, state, voidedOn, withholdingRate: withholdingRate === null ? null : shortest(formatDecimal(withholdingRate, 4)), ...toldMoney(currency, rate, payable), lines: lines.get(id) ?? [],
    }]))
  },
  title: ({ number }) => number as string | null, // as read
  async create(scope, values) {
    const { clientId, externalId, number, kind = 'SALE', type, issuedOn, dueOn, state = 'AUTHORISED', voidedOn, withholdingRate, currency, rate, lines } = values as { clientId: string; externalId: string; number: string; kind?: InvoiceKind; type?: InvoiceType; issuedOn: string; dueOn?: string; state?: string; voidedOn?: string; withholdingRate?: string; currency?: string; rate?: string; lines: Line[] } // as read
    const own = kind === 'SALE' ? { externalNumber: number } : { supplierNumber: number, issuedOn }
    let invoice = await createInvoice(scope, { clientId, externalId, kind, type, dueOn, withholdingRate, currency, rate, lines, ...own })
    if (state === 'DRAFT') return invoice
    invoice = await submitInvoice(scope, { id: invoice.id, version: invoice.version, on: issuedOn })
    invoice = await authoriseInvoice(scope, { id: invoice.id, version: invoice.version, authorisedOn: issuedOn })
    return state === 'VOIDED' ? voidInvoice(scope, { id: invoice.id, version: invoice.version, voidedOn }) : invoice
  },
}, ['id factura', 'invoice id', 'número de factura', 'invoice number', 'referència', 'referencia', 'reference'])

export const purchaseOrderImport = recordImport<PurchaseOrder>({
  type: PurchaseOrder,
  noun: 'purchase order',
  ofClient: true,
  fields: [
    field('number', "The client's own number of an order from it; one to it takes the next of our series.", ['número', 'núm', 'num', 'número de comanda', 'número de pedido', 'comanda', 'pedido', 'order', 'order number', 'po number']),
    field('direction', 'FROM_CLIENT or TO_CLIENT, also in Catalan or Spanish; FROM_CLIENT where empty.', ['sentit', 'sentido']),
    field('orderedOn', 'The day it was ordered; needed but for a draft.', ['data', 'fecha', 'data de comanda', 'fecha de pedido', 'date', 'order date', 'ordered on']),
    field('expectedOn', 'The day it is expected.', ['data prevista', 'fecha prevista', 'lliurament', 'entrega', 'required date', 'expected on', 'expected']),
    field('state', 'DRAFT, OPEN, PARTIALLY_RECEIVED, RECEIVED, CLOSED or CANCELLED, also in Catalan or Spanish; OPEN where empty.', ['estat', 'estado', 'status']),
    field('closedOn', 'The day it was received, closed or cancelled; needed where it was.', ['tancada el', 'tancat el', 'cerrado el', 'data de tancament', 'fecha de cierre', 'closed on', 'received on', 'shipped date']),
    ...documentFields, ...lineFields,
  ],
  read(row) {
    row.take('number')
    row.take('direction', directionOf)
    for (const name of ['orderedOn', 'expectedOn', 'closedOn']) row.take(name, dayOf)
    row.take('state', orderState)
    const { state = 'OPEN', orderedOn, direction = 'FROM_CLIENT', number } = row.values
    if (state !== 'DRAFT' && !orderedOn && !row.failed) row.refuseNew('DATE_REQUIRED', 'An order that is no draft needs the day it was ordered.', 'orderedOn')
    if (direction === 'FROM_CLIENT' && !number) row.refuseNew('NUMBER_REQUIRED', "An order from the client carries the client's own number.", 'number')
    if (direction === 'TO_CLIENT' && number) row.refuseNew('NUMBER_GIVEN', 'An order to the client takes the next number of our series; leave it out.', 'number')
    needsDay(row, 'closedOn', !['DRAFT', 'OPEN'].includes(String(state)), ['PARTIALLY_RECEIVED', 'RECEIVED', 'CLOSED', 'CANCELLED'])
    readDocument(row)
  },
  line: readLine,
  refer: (scope, rows) => checkTotals(scope, rows, 'total'),
  async told(scope, records) {
    const lines = await toldLines(records, ids => scope.list(PurchaseOrderLine, { sql: 't.purchaseOrderId IN (:...ids)', parameters: { ids } }), ({ purchaseOrderId }) => purchaseOrderId)
    return new Map(records.map(({ id, number, direction, orderedOn, expectedOn, state, closedOn, receivedOn, partiallyReceivedOn, cancelledOn, currency, rate, total }) => [id, {
      number, direction, orderedOn, expectedOn, state, closedOn: closedOn ?? cancelledOn ?? receivedOn ?? partiallyReceivedOn, ...toldMoney(currency, rate, total), lines: lines.get(id) ?? [],
    }]))
  },
  title: ({ number, externalId }) => (number ?? externalId) as string | null, // as read
  async create(scope, values) {
    const { clientId, externalId, number, direction, orderedOn, expectedOn, state = 'OPEN', closedOn, currency, rate, lines } = values as { clientId: string; externalId: string; number?: string; direction?: OrderDirection; orderedOn?: string; expectedOn?: string; state?: OrderState; closedOn?: string; currency?: string; rate?: string; lines: Line[] } // as read
    let order = await createPurchaseOrder(scope, { clientId, externalId, number, direction, expectedOn, currency, rate, lines })
    const at = () => ({ id: order.id, version: order.version })
    if (state === 'DRAFT') return order
    order = await openPurchaseOrder(scope, { ...at(), orderedOn })
    if (state === 'CANCELLED') return cancelPurchaseOrder(scope, { ...at(), cancelledOn: closedOn })
    if (state === 'CLOSED') return closePurchaseOrder(scope, { ...at(), closedOn })
    return state === 'OPEN' ? order : receivePurchaseOrder(scope, { ...at(), receivedOn: closedOn }, state === 'PARTIALLY_RECEIVED')
  },
}, ['id comanda', 'id pedido', 'order id', 'po id', 'referència', 'referencia', 'reference'])

export const quoteImport = recordImport<Quote>({
  type: Quote,
  noun: 'quote',
  ofClient: true,
  fields: [
    field('number', 'The number that another system gave it and that it keeps; needed but for a draft.', ['número', 'núm', 'num', 'número de pressupost', 'número de presupuesto', 'pressupost', 'presupuesto', 'oferta', 'quote number', 'quote', 'offer', 'no']),
    field('deal', 'The external id of the deal it is for, of the same client.', ['dealId', 'oportunitat', 'oportunidad', 'id oportunitat', 'id oportunidad', 'opportunity', 'opportunity id', 'deal external id']),
    field('state', 'DRAFT, SENT, ACCEPTED or DECLINED, also in Catalan or Spanish; SENT where empty. EXPIRED is SENT: the day until which it is valid tells.', ['estat', 'estado', 'status']),
    field('sentOn', 'The day it was sent; needed but for a draft.', ['data', 'fecha', 'data de pressupost', 'fecha de presupuesto', 'data d’enviament', 'fecha de envío', 'enviat el', 'enviado el', 'date', 'quote date', 'sent on', 'sent']),
    field('validUntil', 'The last day on which the client can accept it.', ['vàlid fins', 'vàlid fins a', 'válido hasta', 'validesa', 'validez', 'data de validesa', 'fecha de validez', 'venciment', 'vencimiento', 'caducitat', 'caducidad', 'valid until', 'expires', 'expires on', 'expiry date']),
    field('acceptedOn', 'The day the client accepted it; needed where it did.', ['acceptat el', 'acceptada el', 'data d’acceptació', 'aceptado el', 'aceptada el', 'fecha de aceptación', 'accepted on', 'accepted']),
    field('declinedOn', 'The day the client declined it; needed where it did.', ['rebutjat el', 'rebutjada el', 'data de rebuig', 'rechazado el', 'rechazada el', 'fecha de rechazo', 'declined on', 'declined', 'rejected on']),
    ...documentFields, ...lineFields,
  ],
  read(row) {
    for (const name of ['number', 'deal']) row.take(name)
    for (const name of ['sentOn', 'validUntil', 'acceptedOn', 'declinedOn']) row.take(name, dayOf)
    row.take('state', quoteState)
    if (row.values.state === 'INVOICED') row.refuseNew('QUOTE_INVOICED', 'An invoiced quote cannot be imported, since nothing links it with its invoice: give ACCEPTED, and import the invoice with the invoices.', 'state')
    if (row.values.state === 'EXPIRED') {
      row.values.state = 'SENT'
      if (!row.values.validUntil && !row.failed) row.refuseNew('DATE_REQUIRED', 'An expired quote needs the last day on which it was valid.', 'validUntil')
    }
    const { state = 'SENT', number } = row.values
    if (state !== 'DRAFT' && !number && !row.failed) row.refuseNew('NUMBER_REQUIRED', 'A quote that was sent needs the number it has; without one it is a DRAFT, and gets one of our series when it is sent.', 'number')
    needsDay(row, 'sentOn', state !== 'DRAFT', ['SENT', 'ACCEPTED', 'DECLINED'])
    needsDay(row, 'acceptedOn', state === 'ACCEPTED', ['ACCEPTED'])
    needsDay(row, 'declinedOn', state === 'DECLINED', ['DECLINED'])
    readDocument(row)
  },
  line: readLine,
  claims: ({ number }) => (number ? [{ key: `number ${number as string}`, code: 'NUMBER_DUPLICATE_IN_FILE', message: `An earlier row of the file has the number ${number as string}; the rows of one quote stand together and have one external id.`, field: 'number' }] : []), // as read
  async refer(scope, rows) {
    await findDeals(scope, rows)
    await refuseHeldNumbers(scope, rows)
    for (const row of rows) rehearse(row, scope.today)
    await checkTotals(scope, rows, 'total')
  },
  async told(scope, records) {
    const lines = await toldLines(records, ids => scope.list(QuoteLine, { sql: 't.quoteId IN (:...ids)', parameters: { ids } }), ({ quoteId }) => quoteId)
    return new Map(records.map(({ id, number, dealId, state, sentOn, validUntil, acceptedOn, declinedOn, currency, rate, total }) => [id, {
      number, dealId, state, sentOn, validUntil, acceptedOn, declinedOn, ...toldMoney(currency, rate, total), lines: lines.get(id) ?? [],
    }]))
  },
  title: ({ number, externalId }) => (number ?? externalId) as string | null, // as read
  async create(scope, values) {
    const { clientId, externalId, number, dealId, state = 'SENT', sentOn, validUntil, acceptedOn, declinedOn, currency, rate, lines } = values as { clientId: string; externalId: string; number?: string; dealId?: string; state?: QuoteState; sentOn?: string; validUntil?: string; acceptedOn?: string; declinedOn?: string; currency?: string; rate?: string; lines: Line[] } // as read
    let quote = await createQuote(scope, { clientId, externalId, externalNumber: number, dealId, validUntil, currency, rate, lines })
    const at = () => ({ id: quote.id, version: quote.version })
    if (state === 'DRAFT') return quote
    quote = await sendQuote(scope, { ...at(), sentOn })
    if (state === 'ACCEPTED') return acceptQuote(scope, { ...at(), acceptedOn }, false)
    return state === 'DECLINED' ? declineQuote(scope, { ...at(), declinedOn }) : quote
  },
}, ['id pressupost', 'id presupuesto', 'quote id', 'referència', 'referencia', 'reference'])

async function findDeals<T>(scope: ReadScope, rows: readonly RowReader<T>[]) {
  const named = [...new Set(rows.flatMap(({ values: { deal } }) => (typeof deal === 'string' ? deal : [])))]
  const deals = new Map((named.length === 0 ? [] : await scope.list(Deal, { sql: 't.externalId IN (:...named) OR t.id IN (:...named)', parameters: { named } })).flatMap(deal => [[deal.id, deal], [deal.externalId, deal]] as const))
  for (const row of rows) {
    const { deal: name, clientId } = row.values
    if (typeof name !== 'string') continue
    const deal = deals.get(name)
    if (!deal) row.refuse('DEAL_UNKNOWN', `No deal has the external id ${name}; import the deals first.`, 'deal')
    else if (deal.clientId !== clientId) row.refuse('DEAL_OF_ANOTHER_CLIENT', `${deal.title} is a deal with another client; name one with this client.`, 'deal')
    else row.values.dealId = deal.id
  }
}

async function refuseHeldNumbers(scope: ReadScope, rows: readonly RowReader<Quote>[]) {
  const numbers = rows.flatMap(({ values: { number } }) => (typeof number === 'string' ? number : []))
  const holders = new Map((numbers.length === 0 ? [] : await scope.list(Quote, { sql: 't.number IN (:...numbers)', parameters: { numbers } })).map(quote => [quote.number, quote]))
  for (const row of rows) {
    const holder = holders.get(row.values.number as string) // as read
    if (holder && holder.externalId !== row.values.externalId) row.refuseNew('NUMBER_TAKEN', `Another quote has the number ${holder.number} (${holder.externalId ?? holder.id}); give another number, or the external id of that one.`, 'number')
  }
}

/** Goes through its life by the rules of quotes, so that the plan says what a commit would refuse. */
function rehearse(row: RowReader<Quote>, today: Day) {
  const { state = 'SENT', number, validUntil = null, sentOn, acceptedOn, declinedOn } = row.values as { state?: QuoteState; number: string; validUntil?: string; sentOn?: string; acceptedOn?: string; declinedOn?: string } // as read
  if (row.failed || row.values.ownId !== undefined || state === 'DRAFT') return
  const quote = Object.assign(new Quote(), { state: 'DRAFT', validUntil })
  row.attempt('sentOn', () => { quote.send(number, pastDay(sentOn, today, 'sentOn')) })
  if (acceptedOn && !row.failed) row.attempt('acceptedOn', () => { quote.accept(pastDay(acceptedOn, today, 'acceptedOn')) })
  if (declinedOn && !row.failed) row.attempt('declinedOn', () => { quote.decline(pastDay(declinedOn, today, 'declinedOn')) })
  if (acceptedOn && quote.isExpired(acceptedOn)) row.warn('QUOTE_EXPIRED', `It was valid until ${validUntil}, and was accepted on ${acceptedOn}; check both days.`, 'acceptedOn')
}

function readDocument<T>(row: RowReader<T>) {
  row.take('currency', currencyOf)
  for (const name of ['rate', 'total']) row.take(name, decimalReader(row.exact))
}

function readLine<T>(row: RowReader<T>): Values | undefined {
  if (!row.has('description')) return void row.refuseNew('DESCRIPTION_REQUIRED', 'A line needs what it is for.', 'description')
  const decimal = decimalReader(row.exact)
  const of = (name: string, places: number) => {
    const text = row.text(name)
    return text === null ? undefined : row.attempt(name, () => shortest(formatDecimal(parseDecimal(decimal(text), places), places)))
  }
  const description = row.text('description')
  const line = { description, quantity: of('quantity', 4) ?? '1', unitPrice: of('unitPrice', 6), discount: of('discount', 4) ?? '0', taxRate: of('taxRate', 4) ?? null }
  if (description === null) row.refuse('DESCRIPTION_REQUIRED', 'A line needs what it is for.', 'description')
  if (line.unitPrice === undefined && !row.failed) row.refuse('PRICE_REQUIRED', 'A line needs the price of one.', 'unitPrice')
  return line
}

const toldMoney = (currency: string, rate: bigint | null, total: bigint) => ({ currency, rate: rate === null ? null : shortest(formatDecimal(rate, RATE_PLACES)), total: shortest(formatMoney(total, currency)) })

async function toldLines<L extends DocumentLine>(records: readonly { id: string }[], read: (ids: string[]) => Promise<L[]>, documentOf: (line: L) => string): Promise<Map<string, Line[]>> {
  if (records.length === 0) return new Map()
  const lines = groupBy(await read(records.map(({ id }) => id)), documentOf)
  const decimal = (value: bigint, places: number) => shortest(formatDecimal(value, places))
  return new Map([...lines].map(([id, own]) => [id, own.toSorted((a, b) => a.position - b.position).map(({ description, quantity, unitPrice, discount, taxRate }) => ({
    description, quantity: decimal(quantity, 4), unitPrice: decimal(unitPrice, 6), discount: decimal(discount, 4), taxRate: taxRate === null ? null : decimal(taxRate, 4),
  }))]))
}

/** Refuses a document whose lines do not come to the total that its rows give. */
async function checkTotals<T>(scope: ReadScope, rows: readonly RowReader<T>[], sum: 'payable' | 'total') {
  const withTotal = rows.filter(({ values, failed }) => values.total !== undefined && values.lines !== undefined && !failed)
  const clientIds = withTotal.flatMap(({ values }) => (typeof values.clientId === 'string' ? values.clientId : []))
  const clients = new Map((clientIds.length === 0 ? [] : await scope.list(Client, { sql: 't.id IN (:...clientIds)', parameters: { clientIds } })).map(client => [client.id, client]))
  for (const row of withTotal) {
    const { clientId, currency = clients.get(String(clientId))?.currency ?? (scope.organization satisfies OrganizationFacts).baseCurrency, total, withholdingRate, lines } = row.values as { clientId?: string; currency?: string; total: string; withholdingRate?: string; lines: Line[] } // as read
    row.attempt('total', () => {
      const amounts = lines.map(line => ({ quantity: parseDecimal(line.quantity, 4), unitPrice: parseDecimal(line.unitPrice, 6), discount: parseDecimal(line.discount, 4), taxRate: line.taxRate === null ? null : parseDecimal(line.taxRate, 4) }))
      const { net, tax, payable } = totals(amounts, withholdingRate === undefined ? null : parseDecimal(withholdingRate, 4), currency)
      const computed = sum === 'payable' ? payable : net + tax
      if (parseMoney(total, currency) !== computed) row.refuse('TOTAL_DIFFERS', `Its lines come to ${formatMoney(computed, currency)} ${currency}, and the total says ${total}; mend the one that is wrong.`, 'total')
    })
  }
}
