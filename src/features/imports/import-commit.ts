import type { Context } from '../../request/context.js'
import { giveWay } from '../../database/give-way.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import type { RecordRow } from '../../model/row.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { withArticle } from '../../lib/article.js'
import { UserError } from '../../lib/user-error.js'
import { nameOf, spoken } from '../../model/record-name.js'
import { deleteClient, deleteContact } from '../clients/index.js'
import { QuoteLine } from '../deals/index.js'
import { InvoiceLine } from '../invoicing/index.js'
import { PurchaseOrderLine } from '../purchasing/index.js'
import { takePlan } from './import.commands.js'
import type { CommitImportInput } from './import.inputs.js'
import { ImportPlan, ImportRow, ImportWrite } from './import-plan.js'
import { descriptionOf, type AnyDescription } from './kinds.js'
import { metadataOf, entities, type EntityMetadata } from '../../model/entity-metadata.js'
import type { Row } from '../../model/field-definition.js'

/** Small enough that its records need little memory and little time, large enough that few statements are needed. */
const batch = 250
/** What of a row has to be known to write it. */
const written = ['id', 'number', 'action', 'title', 'recordId', 'recordVersion', 'storedValues'] as const

/** Below it others hardly notice. */
const fewRows = 500

/** Whether others should not wait for a commit, and need not: rows that change records hold these. */
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
      `${plan.errorCount} rows are wrong: mend the file and upload it again, or commit the others with skipErrors.`,
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

/** Of a large plan nothing is held: what it leaves as it is must still be so when it is written, or no row of it is. */
const requireUnchanged = (scope: WriteScope, { id }: ImportPlan, { type }: AnyDescription) =>
  scope.executeUnobserved(
    `UPDATE import_plans SET version = version WHERE organization_id = :organization AND id = :id AND NOT EXISTS (
    SELECT 1 FROM import_rows r LEFT JOIN ${metadataOf(type).table} t ON t.organization_id = r.organization_id AND t.id = r.record_id
    WHERE r.organization_id = :organization AND r.plan_id = :id AND r.action = 'SKIP' AND COALESCE(t.version, 0) <> r.record_version)`,
    { id },
  )

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

/** How what an import made is removed: as by hand, with all that keeps it from being removed. */
const removers: Record<string, (scope: WriteScope, given: RecordVersion) => Promise<Row>> = {
  Client: deleteClient,
  Contact: deleteContact,
}
/** Documents that came with their numbers leave no gap: they go with their lines, unless something refers to them. */
const parts: Record<string, (scope: WriteScope, id: string) => Promise<void>> = {
  Invoice: (scope, id) => scope.removeParts(InvoiceLine, 'invoiceId', id),
  PurchaseOrder: (scope, id) => scope.removeParts(PurchaseOrderLine, 'purchaseOrderId', id),
  Quote: (scope, id) => scope.removeParts(QuoteLine, 'quoteId', id),
}

/** Puts everything back as it was, or refuses where somebody has worked with it since. */
export async function undoImport(scope: WriteScope, { id, version }: RecordVersion): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id, version })
  plan.mustBe(['COMMITTED'], 'only one that is committed can be undone')
  const conditions = [{ sql: 't.planId = :planId', parameters: { planId: id } }]
  for await (const writes of scope.batches(ImportWrite, conditions, batch, { from: '~', descending: true })) {
    for (const write of writes) await undoWrite(scope, write)
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

async function undoWrite(scope: WriteScope, { recordType, recordId, recordVersion, before }: ImportWrite) {
  const word = entities().find(({ name }) => name === recordType)
  if (!word) throw new Error(`An import wrote ${recordType}, which is no record.`)
  const record = await scope.find(word.type as ClassType<RecordRow & ObjectLiteral>, recordId) // a record's class is an entity
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
  if (before) await scope.change(Object.assign(record, asKept(word, before)))
  else if (removers[recordType]) await removers[recordType](scope, { id: recordId, version: recordVersion })
  else {
    await parts[recordType]?.(scope, recordId)
    await scope.remove(record)
  }
}
