import { forbidden } from './errors.js'
import type { Permission } from './permission.js'

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
  /** When the key stops working, and with it the right to give what it has; null: never. */
  until: Date | null
}

let changes = 0

/** How often this process has changed a key or an organisation. */
export const accessChanges = () => changes

const listeners: (() => Promise<void>)[] = []

/** Lets other processes of this server know of each change. */
export function onAccessChange(listener: () => Promise<void>) {
  listeners.push(listener)
}

/**
 * Ends whatever this server keeps of keys and of organisations. Whoever changes one calls it after the commit, and
 * answers when it resolves.
 */
export async function accessChanged() {
  accessChangedElsewhere()
  await Promise.all(listeners.map(listener => listener()))
}

/** Ends what this process keeps, after a change in another one. */
export function accessChangedElsewhere() {
  changes++
}

/** Refuses what the key may not do. */
export function refuseWithout({ permissions }: Access, ...needed: (Permission | null)[]) {
  const missing = [...new Set(needed)].filter(permission => permission !== null && !permissions.has(permission))
  if (missing.length > 0)
    throw forbidden(`This needs ${missing.join(' and ')}, which the key does not have.`, { missing })
}
