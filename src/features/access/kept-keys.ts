import { accessChanges } from '../../model/access.js'

/** How long a server goes on with what it knows of a key, in milliseconds: others revoke keys too. */
export const keptFor = 1000
const most = 10_000

interface Kept<T> {
  found: Promise<T | undefined>
  since: number
  changes: number
}

/**
 * The result for each key, by the hash of its secret. Requests that need a key at the same time share one look-up.
 * Whatever this process changes of a key or of an organisation ends all that is kept, and what is being looked up just
 * then too.
 */
export class KeptKeys<T> {
  private readonly kept = new Map<string, Kept<T>>()

  constructor(private readonly milliseconds = keptFor) {}

  find(hash: string, lookUp: () => Promise<T | undefined>): Promise<T | undefined> {
    const since = performance.now() // before the look-up begins: what it finds may be as old
    const changes = accessChanges()
    const known = this.kept.get(hash)
    if (known && known.changes === changes && since - known.since < this.milliseconds) return known.found
    const made = { found: lookUp(), since, changes }
    this.kept.delete(hash) // the newest stands last
    this.kept.set(hash, made)
    if (this.kept.size > most) this.kept.delete(this.kept.keys().next().value ?? '')
    const forget = () => {
      if (this.kept.get(hash) === made) this.kept.delete(hash)
    }
    void made.found.then(found => found ?? forget(), forget) // a stranger's key takes no room
    return made.found
  }
}
