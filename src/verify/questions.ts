// What is asked of the API, whose answers are compared with the second computation.

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

/** How many months are looked at. */
export const months = 24

/** The overview, block by block as it is kept. */
const blocks = [
  'projects { count byState { state count } totalMinutes totalHours billableMinutes invoicedMinutes }',
  `tasks { ${tasks} }`,
  `ordersFrom: purchaseOrders ${orderBlock} ordersTo: purchaseOrders(direction: TO_CLIENT) ${orderBlock}`,
  `sales: invoices ${invoiceBlock} purchases: invoices(kind: PURCHASE) ${invoiceBlock}`,
  `deals { open ${dealGroup} won ${dealGroup} lost ${dealGroup} weightedValue ${sum} }`,
  `quotes { byState ${group('quotes', `state amount ${sum}`)} }`,
]
const overview = (fields: string) => `overview(asOf: $asOf) { asOf ${fields} }`
const figures = `${overview(blocks.join(' '))}
  months: overviewByMonth(asOf: $asOf, months: ${months}) {
    month invoiced ${sum} paid ${sum} refunded ${sum} totalMinutes: minutes totalHours: hours billableMinutes
    purchasesInvoiced: invoiced(kind: PURCHASE) ${sum} purchasesPaid: paid(kind: PURCHASE) ${sum} purchasesRefunded: refunded(kind: PURCHASE) ${sum} }`

export const clientQuery = `query VerifyClients($ids: [ID!]!, $asOf: Date!) { nodes(ids: $ids) { ... on Client { ${figures} } } }`
export const organizationQuery = `query VerifyOrganization($asOf: Date!) { organization { ${figures} } }`
/** Kept figures of the organisation hold if all do that are asked for together, so each block is asked for by itself. */
export const blocksQuery = `query VerifyBlocks($asOf: Date!) { ${blocks.map((block, at) => `block${at}: organization { ${overview(block)} }`).join(' ')} }`
