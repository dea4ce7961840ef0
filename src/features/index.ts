import * as organizations from './organizations/index.js'
import * as access from './access/index.js'
import * as imports from './imports/index.js'
import * as clients from './clients/index.js'
import * as figures from './figures/index.js'
import * as merging from './merging/index.js'
import * as rates from './rates/index.js'
import * as projects from './projects/index.js'
import * as tasks from './tasks/index.js'
import * as purchasing from './purchasing/index.js'
import * as invoicing from './invoicing/index.js'
import * as deals from './deals/index.js'
import * as interactions from './interactions/index.js'
import * as files from './files/index.js'
import * as activity from './activity/index.js'
import * as overview from './overview/index.js'
import * as views from './views/index.js'
import * as erasure from './erasure/index.js'
import * as feeds from './feeds/index.js'
import * as search from './search/index.js'
import { NodeResolver } from '../request/node.resolver.js'

/** In this order; a feature imports only those before it. */
export const features = {
  organizations,
  access,
  imports,
  clients,
  figures,
  merging,
  rates,
  projects,
  tasks,
  purchasing,
  invoicing,
  deals,
  interactions,
  files,
  activity,
  overview,
  views,
  erasure,
  feeds,
  search,
}

const ofFeatures = Object.values(features).flatMap(feature => feature.resolvers as readonly object[]) // their classes have nothing in common

// Last, when every feature has its records.
export const resolvers: object[] = [NodeResolver, ...ofFeatures, ...activity.recordActivityResolvers()]
export { endAbandonedPlans, watchAbandonedPlans } from './imports/index.js'
