import type { ClassType } from 'type-graphql'
import { giveWay } from '../../database/give-way.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { withArticle } from '../../lib/article.js'
import { UserError } from '../../lib/user-error.js'
import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { nameOf, spoken } from '../../model/record-name.js'
import type { AnyDescription, AnyRecord } from './description.js'
import { takePlan } from './import.commands.js'
import type { ImportPlan } from './import-plan.js'
import { ImportWrite } from './import-row.js'
import { descriptionOf } from './registry.js'

/** Records of a batch: few enough to need little memory and time, many enough to need few statements. */
const batch = 250

/** Puts everything back as it was, or refuses where somebody has worked with it since. */
export async function undoImport(scope: WriteScope, { id, version }: RecordVersion): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id, version })
  plan.mustBe(['COMMITTED'], 'only one that is committed can be undone')
  const description = descriptionOf(plan.kind)
  const conditions = [{ sql: 't.planId = :planId', parameters: { planId: id } }]
  for await (const writes of scope.batches(ImportWrite, conditions, batch, { from: '~', descending: true })) {
    for (const write of writes) await undoWrite(scope, write, description)
    await scope.settle()
    await giveWay()
  }
  return scope.change(Object.assign(plan, { state: 'UNDONE', undoneAt: scope.now }), { verb: 'UNDONE' })
}

/** Scaled numbers are kept as texts: JSON has none so large. */
const asKept = ({ fields }: EntityMetadata, before: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(before).map(([name, value]) => {
      const isScaled = fields.some(field => field.name === name && (field.kind === 'decimal' || field.kind === 'money'))
      return [name, isScaled && typeof value === 'string' ? BigInt(value) : value]
    }),
  )

async function undoWrite(
  scope: WriteScope,
  { recordType, recordId, recordVersion, before }: ImportWrite,
  description: AnyDescription,
) {
  const metadata = entities().find(({ name }) => name === recordType)
  if (!metadata) throw new Error(`An import wrote ${recordType}, which is no record.`)
  const record = await scope.find(metadata.type as ClassType<AnyRecord>, recordId) // a record's class is an entity
  if (!record)
    throw new UserError(
      'IMPORT_EDITED',
      `${withArticle(spoken(recordType), true)} of this import was deleted since (${recordId}); it can no longer be undone.`,
      'id',
    )
  if (record.version !== recordVersion)
    throw new UserError(
      'IMPORT_EDITED',
      `${nameOf(record) ?? spoken(recordType)} (${recordId}) was edited since the import, which therefore cannot be undone.`,
      'id',
    )
  if (before) await scope.change(Object.assign(record, asKept(metadata, before)))
  else if (description.remove) await description.remove(scope, record)
  else await scope.remove(record)
}
