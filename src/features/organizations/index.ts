export { Organization, Language } from './organization.js'
export { documentChecks } from './organization.commands.js'
import { OrganizationResolver } from './organization.resolver.js'

export const resolvers = [OrganizationResolver]
