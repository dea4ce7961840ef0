import * as overview from './overview.resolver.js'

export { groupsOf } from './overview.queries.js'

export const resolvers = [
  overview.ClientOverviewResolver, overview.OverviewBlocksResolver, overview.ProjectsOverviewResolver, overview.ProjectStateCountResolver,
  overview.TasksOverviewResolver, overview.TaskGroupResolver, overview.PurchaseOrderGroupResolver, overview.PurchaseOrderStateCountResolver,
  overview.InvoiceGroupResolver, overview.InvoiceCountResolver, overview.AuthorisedInvoicesResolver,
]
