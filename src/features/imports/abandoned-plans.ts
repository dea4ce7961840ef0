import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../database/database.js'
import { abandonedBefore, failAbandoned, ImportPlan } from './index.js'
import type { Clock } from '../../lib/calendar.js'
import { contextOf, organizations } from '../../request/system.js'

const lookEvery = 15_000

/** Ends the plans that a server left unfinished when it was killed. */
export async function endAbandonedPlans(database: Database, clock: Clock): Promise<void> {
  // An embedded database has one server, which makes no plan yet. Of several, a living one tells of its plans batch by batch.
  const before = database.dialect.name === 'sqlite' ? clock() : abandonedBefore(clock())
  const found = await database.read
    .createQueryBuilder(ImportPlan, 't')
    .select('DISTINCT t.organizationId', 'id')
    .where("t.state = 'PLANNING'")
    .getRawMany<{ id: string }>()
  if (found.length === 0) return
  for (const organization of await organizations(database)) {
    if (found.some(({ id }) => id === organization.id))
      await contextOf(database, organization, clock, 'server').mutate('import', scope => failAbandoned(scope, before))
  }
}

/** Whoever shares a database with other servers looks again and again, since any of them may be killed. */
export async function watchAbandonedPlans(database: Database, clock: Clock, signal: AbortSignal): Promise<void> {
  while (database.dialect.name !== 'sqlite' && !signal.aborted) {
    await sleep(lookEvery, undefined, { signal }).catch(() => undefined) // it is told to end
    if (!signal.aborted) await endAbandonedPlans(database, clock).catch((error: unknown) => database.onFailure?.(error))
  }
}
