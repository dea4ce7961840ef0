import type { ReadScope } from '../../database/scope/write-scope.js'

/** A client that another one answers for, by what it was known by. */
export interface FormerClient {
  id: string
  legalName: string
  externalId: string | null
  taxId: string | null
  /** The client that answers for it. */
  into: { id: string; legalName: string }
}

/** The ids by which clients are known; tax ids with their country. */
export type ClientIds = Record<'ids' | 'externalIds' | 'taxIds', readonly string[]>

/**
 * Filled by features that put one client in the place of others: finds those that are no more and had one of these ids.
 */
export const formerClients: ((scope: ReadScope, known: ClientIds) => Promise<FormerClient[]>)[] = []
