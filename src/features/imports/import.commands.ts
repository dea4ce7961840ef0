import type { Context } from '../../request/context.js'
import { refuseWithout } from '../../model/access.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { Prepared } from '../../graphql/operation.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { normalText } from '../../lib/text.js'
import { mapped, refuseUnmapped } from './column-mapping.js'
import { ImportMapping } from './import-mapping.js'
import { ImportPlan } from './import-plan.js'
import type { PlanImportInput, TableReading } from './import.inputs.js'
import { clearRows, planRows } from './planner.js'
import { recognise, type ReceivedTable, type Recognised } from './receive-table.js'
import { toWritePlansOf } from './registry.js'

/** A plan that reports no progress for so long has been abandoned. */
const silence = 60_000
export const abandonedBefore = (now: Date) => new Date(now.getTime() - silence)

export async function createImport(scope: WriteScope, received: ReceivedTable): Promise<ImportPlan> {
  await removeExpired(scope)
  const { actor } = scope.setting.access
  return scope.add(
    scope.make(ImportPlan, {
      ...received,
      externalId: received.externalId ?? null,
      ...nothingPlanned,
      state: 'RECOGNISED',
      clearBlanks: false,
      authorType: actor.type,
      authorId: actor.id,
      authorName: actor.name,
    }),
    { verb: 'UPLOADED' },
  )
}

const nothingPlanned = {
  rowsRead: 0,
  rowsAbout: null,
  createCount: 0,
  updateCount: 0,
  skipCount: 0,
  errorCount: 0,
  warningCount: 0,
  problem: null,
  plannedAt: null,
}

/** Each new import removes the imports that are older than a week. */
async function removeExpired(scope: WriteScope) {
  const plans = await scope.list(ImportPlan)
  for (const plan of plans) if (plan.expiresAt < scope.now) await removeImport(scope, plan, false)
}

/** Removes an import with its rows and its file. `inHistory` says whether the history records it. */
export async function removeImport(scope: WriteScope, plan: ImportPlan, inHistory = true) {
  await clearRows(scope, plan.id)
  if (inHistory) await scope.remove(plan)
  else await scope.removeSilently(plan)
  scope.afterCommit(() => scope.storage.blobs.remove(plan.blobKey))
}

export async function deleteImport(scope: WriteScope, { id, version }: RecordVersion): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id, version })
  await removeImport(scope, plan)
  return plan
}

interface Planning
  extends
    RecordVersion,
    Partial<Recognised>,
    Pick<PlanImportInput, 'columns' | 'mappingId' | 'clearBlanks' | 'emptyText'> {
  start: (plan: ImportPlan) => void
}

/** Reads the file again where the caller wants it read in another way. */
export async function preparePlanning(
  { id, version, encoding, delimiter, sheet, headerRow, ...rest }: PlanImportInput,
  ctx: Context,
): Promise<Prepared> {
  const plan = await ctx.byId(ImportPlan, id)
  ctx.allow(...toWritePlansOf(plan.kind))
  const isOther = [encoding, delimiter, sheet, headerRow].some(each => each !== undefined && each !== null)
  const reading = {
    encoding: encoding ?? plan.encoding,
    delimiter: delimiter ?? (plan.delimiterName as TableReading['delimiter']),
    sheet: sheet ?? plan.sheet,
    headerRow: headerRow ?? (sheet ? undefined : plan.headerRow),
  } // its getter gives the names of the enum
  const recognised = isOther ? await recognise(ctx, plan.blobKey, plan.kind, reading) : {}
  const start = ({ id: planId, version: begun }: ImportPlan) => {
    ctx.inBackground((present, signal) => planRows(present, planId, begun, signal))
  }
  return { input: { id, version, ...recognised, ...rest, start } satisfies Planning, discard: () => Promise.resolve() }
}

export async function planImport(
  scope: WriteScope,
  { id, version, start, columns, mappingId, clearBlanks, emptyText, ...recognised }: Planning,
): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id, version })
  const isSilent = plan.state === 'PLANNING' && plan.updatedAt < abandonedBefore(scope.now)
  plan.mustBe(
    isSilent ? ['PLANNING'] : ['RECOGNISED', 'READY', 'CANCELLED', 'FAILED'],
    'upload the file again to plan it once more',
  )
  const mapping = mappingId ? await scope.get(ImportMapping, mappingId) : undefined
  Object.assign(
    plan,
    recognised,
    nothingPlanned,
    { state: 'PLANNING' },
    clearBlanks === undefined || clearBlanks === null ? {} : { clearBlanks },
    emptyText === undefined ? {} : { emptyText: normalText(emptyText ?? '') || null },
  )
  plan.storedColumns = mapped(plan, mapping, columns ?? [])
  refuseUnmapped(plan)
  await clearRows(scope, plan.id)
  await scope.change(plan, { verb: 'PLANNING_BEGUN' })
  scope.afterCommit(async () => {
    start(plan)
  })
  return plan
}

export async function cancelImport(scope: WriteScope, { id }: RecordVersion): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id })
  plan.mustBe(['PLANNING'], 'only one that is being planned can be cancelled')
  await clearRows(scope, plan.id)
  return scope.change(Object.assign(plan, nothingPlanned, { state: 'CANCELLED' }), { verb: 'CANCELLED' })
}

/**
 * Marks plans FAILED that reported no progress since then, so that they can be planned again. A server that still works
 * on one stops.
 */
export async function failAbandoned(scope: WriteScope, before: Date): Promise<void> {
  const plans = await scope.takeWhere(ImportPlan, { sql: "t.state = 'PLANNING'" })
  for (const plan of plans.filter(({ updatedAt }) => updatedAt <= before)) {
    await scope.change(
      Object.assign(plan, { state: 'FAILED', problem: 'The server was stopped meanwhile; plan again.' }),
      { verb: 'FAILED' },
    )
  }
}

export async function takePlan(
  scope: WriteScope,
  { id, version }: { id: string; version?: number },
): Promise<ImportPlan> {
  const plan = await scope.take(ImportPlan, id, version)
  refuseWithout(scope.setting.access, ...toWritePlansOf(plan.kind))
  return plan
}
