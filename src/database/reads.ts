import type { Operation } from './operation.js'
import type { Session } from './session.js'

/** The database as it was at one moment. */
export interface View {
  session: Session
  release: () => Promise<unknown>
}

export interface ReadOptions {
  /** Whether the time of a statement hardly depends on its values, as where a list begins. */
  alike?: boolean
}

/** How operations read, which differs between the databases. */
export interface Reads {
  session(party: string, operation?: Operation, options?: ReadOptions): Session
  view(party: string, operation?: Operation): Promise<View>
  /** Throws where the database does not answer. */
  ask(): Promise<unknown>
  close(): void
}
