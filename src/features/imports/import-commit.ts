import type { Context } from '../../request/context.js'
import { giveWay } from '../../database/give-way.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { UserError } from '../../lib/user-error.js'
import { takePlan } from './import.commands.js'
import type { CommitImportInput } from './import.inputs.js'
import type { AnyDescription } from './description.js'
import { ImportPlan } from './import-plan.js'
import { ImportRow, ImportWrite } from './import-row.js'
import { descriptionOf } from './registry.js'

/** Records of a batch: few enough to need little memory and time, many enough to need few statements. */
const batch = 250
/** The columns of a row that writing it needs. */
const written = ['id', 'number', 'action', 'title', 'recordId', 'recordVersion', 'storedValues'] as const

/** A commit of fewer rows hardly delays other writers. */
const fewRows = 500

/**
 * Whether a commit should, and can, let others write meanwhile. A plan that changes records locks them, so it cannot.
 */
export async function isLarge({ id }: { id: string }, ctx: Context): Promise<boolean> {
  const plan = await ctx.read('import', scope => scope.find(ImportPlan, id))
  return (
    plan !== null &&
    plan.createCount > fewRows &&
    plan.updateCount === 0 &&
    descriptionOf(plan.kind).standAlone === true
  )
}

/** Writes exactly the plan, in one transaction. */
export async function commitImport(
  scope: WriteScope,
  { id, version, skipErrors }: CommitImportInput,
): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id, version })
  plan.mustBe(['READY'], 'only a plan that stands can be committed')
  if (plan.errorCount > 0 && !skipErrors)
    throw new UserError(
      'IMPORT_HAS_ERRORS',
      `${plan.errorCount} rows are wrong: fix the file and upload it again, or commit the other rows with skipErrors.`,
      'skipErrors',
    )
  const description = descriptionOf(plan.kind)
  const conditions = [{ sql: 't.planId = :planId AND t.action <> :wrong', parameters: { planId: id, wrong: 'ERROR' } }]
  for await (const rows of scope.batches(ImportRow, conditions, batch, { by: 'number', from: 0, only: written })) {
    await writeRows(scope, plan, rows, description)
    await scope.settle()
    await giveWay()
  }
  await requireUnchanged(scope, plan, description)
  return scope.change(Object.assign(plan, { state: 'COMMITTED', committedAt: scope.now }), { verb: 'COMMITTED' })
}

/**
 * Refuses a plan where somebody changed a record that it leaves as it is. A large plan holds no locks, so this is
 * checked at the end.
 */
async function requireUnchanged(scope: WriteScope, { id }: ImportPlan, { type }: AnyDescription) {
  await scope.updateUntold(
    ImportPlan,
    'version = version',
    `id = :id AND NOT EXISTS (
    SELECT 1 FROM import_rows r LEFT JOIN ${metadataOf(type).table} t ON t.organization_id = r.organization_id AND t.id = r.record_id
    WHERE r.organization_id = :organization AND r.plan_id = :id AND r.action = 'SKIP' AND COALESCE(t.version, 0) <> r.record_version)`,
    { id },
  )
  scope.noteChanged(ImportPlan, [id])
}

async function writeRows(scope: WriteScope, plan: ImportPlan, rows: readonly ImportRow[], description: AnyDescription) {
  const ids = rows.flatMap(({ recordId }) => recordId ?? [])
  const records = new Map(
    (ids.length === 0
      ? []
      : await scope.takeWhere(description.type, { sql: 't.id IN (:...ids)', parameters: { ids } })
    ).map(record => [record.id, record]),
  )
  const planned = rows
    .filter(({ storedValues }) => storedValues.partOf === undefined)
    .map(row => {
      const record = row.recordId === null ? null : records.get(row.recordId)
      if (record === undefined || (record && record.version !== row.recordVersion))
        throw new UserError(
          'IMPORT_STALE',
          `${row.title ?? 'The record'} of row ${row.number} was changed since the plan; plan again.`,
          'id',
        )
      return { number: row.number, action: row.action, values: row.storedValues, record }
    })
  await description.refuseTaken(scope, planned)
  const written = await description.write(
    scope,
    planned.filter(({ action }) => action !== 'SKIP'),
  )
  await scope.insertParts(
    written.map(({ record, before }) =>
      scope.make(ImportWrite, {
        planId: plan.id,
        recordType: metadataOf(record.constructor).name,
        recordId: record.id,
        recordVersion: record.version,
        before,
      }),
    ),
  )
}
