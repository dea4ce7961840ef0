import * as month from './month.resolver.js'
import * as overview from './overview.resolver.js'
import * as sales from './sales.js'

export { openOf, type OpenGroup } from './open.js'
export { flatFigures, readFlatFigures, type FlatFigure, type FlatValue } from './flat.js'

export const resolvers = [
  overview.ClientOverviewResolver,
  overview.OrganizationOverviewResolver,
  overview.OverviewBlocksResolver,
  overview.ProjectsOverviewResolver,
  overview.ProjectStateCountResolver,
  overview.TasksOverviewResolver,
  overview.TaskGroupResolver,
  overview.PurchaseOrderGroupResolver,
  overview.PurchaseOrderStateCountResolver,
  month.ClientMonthsResolver,
  month.OrganizationMonthsResolver,
  month.OverviewMonthResolver,
  sales.SalesBlocksResolver,
  sales.DealGroupResolver,
  sales.QuoteStateGroupResolver,
  overview.InvoiceGroupResolver,
  overview.InvoiceCountResolver,
  overview.AuthorisedInvoicesResolver,
]
