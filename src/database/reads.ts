import type { EntityManager } from 'typeorm'
import type { Operation } from './operation.js'

/** The database as it was at one moment. */
export interface View {
  manager: EntityManager
  release: () => Promise<unknown>
}

/** How operations read, which differs between the databases. */
export interface Reads {
  manager(party: string, operation?: Operation): EntityManager
  view(party: string, operation?: Operation): Promise<View>
  /** Throws where the database does not answer. */
  ask(): Promise<unknown>
  close(): void
}
