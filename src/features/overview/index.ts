import * as month from './month.resolver.js'
import * as overview from './overview.resolver.js'

export const resolvers = [
  overview.ClientOverviewResolver, overview.OrganizationOverviewResolver, overview.OverviewBlocksResolver, overview.ProjectsOverviewResolver, overview.ProjectStateCountResolver,
  overview.TasksOverviewResolver, overview.TaskGroupResolver, overview.PurchaseOrderGroupResolver, overview.PurchaseOrderStateCountResolver,
  month.ClientMonthsResolver, month.OrganizationMonthsResolver, month.OverviewMonthResolver,
  overview.InvoiceGroupResolver, overview.InvoiceCountResolver, overview.AuthorisedInvoicesResolver,
]
