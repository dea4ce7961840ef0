import { registerFigures } from '../figures/index.js'
import { invoiceFigures, orderFigures, projectFigures, taskFigures } from './figures.js'
import * as month from './month.resolver.js'
import * as list from './overview-list.resolver.js'
import * as queries from './overview.queries.js'
import * as overview from './overview.resolver.js'
import * as pipeline from './pipeline.js'

registerFigures({
  name: 'projects',
  permission: 'projects:read',
  parts: [queries.projects, queries.time],
  groups: ['projects', 'time'],
  sections: [projectFigures],
})
registerFigures({
  name: 'tasks',
  permission: 'projects:read',
  parts: [queries.tasks],
  groups: ['tasks'],
  sections: [taskFigures],
})
registerFigures({
  name: 'purchaseOrders',
  permission: 'orders:read',
  parts: [queries.orders],
  partsOfToday: [queries.orderStates],
  groups: ['orders', 'orderStates'],
  sections: [orderFigures.FROM_CLIENT, orderFigures.TO_CLIENT],
})
registerFigures({
  name: 'invoices',
  permission: 'invoices:read',
  parts: [queries.invoices, queries.credits],
  partsOfToday: [queries.drafts],
  groups: ['invoices', 'credits', 'drafts'],
  sections: [invoiceFigures.SALE, invoiceFigures.PURCHASE],
})
registerFigures({
  name: 'deals',
  permission: 'deals:read',
  parts: [],
  partsOfToday: [pipeline.deals],
  groups: ['deals'],
  sections: [pipeline.dealFigures],
})
registerFigures({
  name: 'quotes',
  permission: 'deals:read',
  parts: [],
  partsOfToday: [pipeline.quotes],
  groups: ['quotes'],
  sections: [pipeline.quoteFigures],
})

export const resolvers = [
  overview.ClientOverviewResolver,
  overview.OrganizationOverviewResolver,
  overview.OverviewBlocksResolver,
  list.ProjectsOverviewResolver,
  list.ProjectStateCountResolver,
  list.TasksOverviewResolver,
  list.TaskGroupResolver,
  list.PurchaseOrderGroupResolver,
  list.PurchaseOrderStateCountResolver,
  month.ClientMonthsResolver,
  month.OrganizationMonthsResolver,
  month.OverviewMonthResolver,
  pipeline.SalesBlocksResolver,
  pipeline.DealGroupResolver,
  pipeline.QuoteStateGroupResolver,
  list.InvoiceGroupResolver,
  list.InvoiceCountResolver,
  list.AuthorisedInvoicesResolver,
]
