import { ClientMonthsResolver, OrganizationMonthsResolver } from './month.resolver.js'
import { ClientOverviewResolver, OrganizationOverviewResolver } from './overview.resolver.js'

export const resolvers = [
  ClientOverviewResolver,
  OrganizationOverviewResolver,
  ClientMonthsResolver,
  OrganizationMonthsResolver,
]
