import type { Permission } from '../graphql/permission.js'

/** The organisation a request is bound to. */
export interface OrganizationFacts {
  id: string
  name: string
  country: string
  baseCurrency: string
  timeZone: string
  language: string
}

/** Who acts. */
export interface Actor {
  type: 'KEY' | 'SYSTEM'
  id: string | null
  name: string
}

/** Who may do what, where: what authentication finds out, and all that the door needs. */
export interface Access {
  organization: OrganizationFacts
  actor: Actor
  permissions: ReadonlySet<Permission>
}
