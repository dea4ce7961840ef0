export { Organization, Language } from './organization.js'
export { createOrganization, documentChecks, organizationSetup, type NewOrganization } from './organization.commands.js'
import { OrganizationResolver } from './organization.resolver.js'

export const resolvers = [OrganizationResolver]
