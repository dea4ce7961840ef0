import { companions } from '../../request/companions.js'
import { keptFigures } from '../../request/kept-figures.js'
import { Client } from '../clients/index.js'
import { bringUpToDate } from './catch-up.js'
import { keptCompanion } from './kept.queries.js'
import { keptRows } from './kept-list.queries.js'
import * as month from './month.resolver.js'
import * as list from './overview-list.resolver.js'
import * as overview from './overview.resolver.js'
import * as pipeline from './pipeline.js'

export { openOf, type OpenGroup } from './open.js'
export { keepAll } from './catch-up.js'
export { keepLater } from './keep-figures.js'
export { holds, lastChange } from './kept.queries.js'
export { shapeOf } from './shape.js'
export { flatFigures, readFlatFigures, type FlatFigure } from './flat.js'
export { amountsOf, baseOf, knownBaseOf, withoutRateOf, type Packed, type PackedSum } from './packed-sum.js'

companions.set(Client, keptCompanion)
keptFigures.set(Client, { rows: keptRows, bringUpToDate })

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
