import { setTimeout as sleep } from 'node:timers/promises'
import { abandonedBefore, failAbandoned } from './import.commands.js'
import { ImportPlan } from './import-plan.js'
import type { System } from '../../request/system.js'

const lookEvery = 15_000

/** Marks the plans FAILED that a killed server left in PLANNING. */
export async function endAbandonedPlans(system: System): Promise<void> {
  // A server that is alone has no plan in the making when it starts. One of several notes its plans batch by batch.
  const before = system.isAlone ? system.clock() : abandonedBefore(system.clock())
  for (const organization of await system.organizationsWith(ImportPlan, 'PLANNING'))
    await system.contextOf(organization).mutate('import', scope => failAbandoned(scope, before))
}

/** Looks now and every 15 seconds where other servers share the database, since any of them may be killed. */
export async function watchAbandonedPlans(
  system: System,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  while (!system.isAlone && !signal.aborted) {
    await endAbandonedPlans(system).catch(onFailure)
    await sleep(lookEvery, undefined, { signal }).catch(() => undefined) // the server stops
  }
}
