import type { KeyScope } from '../../src/model/permission.js'
import type { Visit } from './walk.js'

/** Who may what, for every type that a caller can read. */
const areas: Record<string, string[]> = {
  clients: [
    'Client',
    'Contact',
    'Address',
    'ClientOverview',
    'ClientSummary',
    'OrganizationOverview',
    'OverviewMonth',
    'ClientMerge',
    'ClientMergePreview',
    'MergeChoice',
    'MovingRecords',
    'MergeConflict',
    'LoserContact',
    'LikelyDuplicate',
  ],
  projects: ['Project', 'TimeEntry', 'Task', 'ProjectsOverview', 'ProjectStateCount', 'TasksOverview', 'TaskGroup'],
  orders: [
    'PurchaseOrder',
    'PurchaseOrderLine',
    'PurchaseOrdersOverview',
    'PurchaseOrderGroup',
    'PurchaseOrderStateCount',
  ],
  deals: [
    'DealStage',
    'Deal',
    'DealBoardStage',
    'Quote',
    'QuoteLine',
    'DealsOverview',
    'DealGroup',
    'QuotesOverview',
    'QuoteStateGroup',
  ],
  invoices: [
    'Invoice',
    'InvoiceLine',
    'Payment',
    'BilledParty',
    'Allocation',
    'Refund',
    'InvoicesOverview',
    'InvoiceGroup',
    'InvoiceCount',
    'AuthorisedInvoices',
    'OverdueByAge',
  ],
  admin: ['ApiKey', 'Erasure', 'ErasedRecords', 'ErasurePreview', 'OpenRecords'],
  import: [
    'ImportPlan',
    'ImportRow',
    'ImportColumn',
    'ImportTotals',
    'ImportProgress',
    'ImportChange',
    'ImportIssue',
    'ImportFieldDescription',
    'ImportMapping',
    'ImportMappingColumn',
  ],
}
export const forEveryKey = [
  'Organization',
  'User',
  'ActivityEvent',
  'FieldChange',
  'Interaction',
  'File',
  'ExchangeRate',
  'SavedView',
  'SearchResult',
  'SearchMatch',
  'Viewer',
  'Limits',
  'Money',
  'MoneySum',
  'TaxSum',
  'PageInfo',
  'UserError',
  'Warning',
]
export const areaOf = (type: string) => Object.keys(areas).find(area => areas[area]?.includes(type))
export const readOf = (area: string) => (['admin', 'import'].includes(area) ? area : `${area}:read`)
const settings = ['User', 'Organization', 'ApiKey', 'DealStage', 'Erasure', 'ExchangeRate', 'SaveExchangeRate']
export const writesOf = (mutation: string, record: string) => [
  ...(mutation === 'invoiceQuote' ? ['invoices:write'] : []),
  record === 'SavedView' || mutation === 'fillRates'
    ? 'member'
    : settings.includes(record)
      ? 'admin'
      : mutation === 'invoiceQuote'
        ? 'deals:read'
        : `${areaOf(record)}:write`,
  ...(mutation === 'unmergeClients' ? ['admin'] : []),
  ...(mutation === 'erasePerson' ? ['clients:write'] : []),
]

/** The figures of a month need one more permission each: money the invoices', time the projects'. */
const monthNeeds = ({ name, types }: Visit) => [
  ...(types.at(-1) === 'OverviewMonth' ? ['projects', 'invoices'] : []),
  ...(name.startsWith('OverviewMonth.') ? ['invoices'] : []),
]
/** All figures beside each other need what all blocks of an overview need. */
const summaryNeeds = ({ types }: Visit) =>
  types.at(-1) === 'ClientSummary' ? ['projects', 'orders', 'invoices', 'deals'] : []
/** A key that may erase a person may read who that is. */
const erasureNeeds = ({ types }: Visit) => (types.at(-1) === 'ErasurePreview' ? ['clients'] : [])
/** A visit selects all that a person has, and with it the e-mail address. */
const personNeeds = ({ types }: Visit) => (types.at(-1) === 'User' ? ['admin'] : [])
export const needsOf = (visit: Visit) =>
  [
    ...new Set(
      [
        ...visit.types.flatMap(type => areaOf(type) ?? []),
        ...monthNeeds(visit),
        ...summaryNeeds(visit),
        ...personNeeds(visit),
        ...erasureNeeds(visit),
      ].map(readOf),
    ),
  ].sort()
export const holds = (scope: KeyScope | undefined, need: string) =>
  need === 'member' || scope === need || scope === need.replace(':read', ':write')
