/** Where a server listens, and what it found there. */
export interface Served {
  url: string
  /** The name of the kind of database. */
  database: string
  /** Whether the database has no organisation yet. */
  isEmpty: boolean
}

/**
 * Gets told once that the server listens, and resolves when it is to stop. `watch` begins to look for what killed
 * servers left behind.
 */
export type UntilStopped = (served: Served, watch: () => void) => Promise<void>

/** What a worker tells the primary. `changed` and `forgot` have the number of the message that they belong to. */
export type ToPrimary =
  | { served: Served }
  /** A key or an organisation was changed here. */
  | { changed: number }
  /** What was kept of keys and organisations is forgotten here. */
  | { forgot: number }

/** What the primary tells a worker. */
export type ToWorker =
  | 'stop'
  /** From now on this worker looks for what killed ones left behind. */
  | 'watch'
  /** Another worker changed a key or an organisation. */
  | { forget: number }
  /** All others forgot what they kept, after the change with this number. */
  | { forgotten: number }
