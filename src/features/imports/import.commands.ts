import type { Context } from '../../request/context.js'
import { refuseWithout } from '../../model/access.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { Prepared } from '../../graphql/operation.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { receive } from '../../graphql/upload.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { cleanFileName } from '../../lib/file-name.js'
import { recogniseTable, type TableLayout } from '../../lib/table/read.js'
import { normalText, quoted } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { ImportMapping } from './import-mapping.js'
import { ImportPlan, readPermissions, writePermissions, type StoredColumn } from './import-plan.js'
import type { CreateImportInput, KeepImportMappingInput, PlanImportInput, TableReading } from './import.inputs.js'
import { descriptionOf } from './kinds.js'
import { readLocally } from './local-file.js'
import { clearRows, planRows } from './planner.js'
import { columnsOf, fieldsOf, headerKey, headerRowOf, sheetOf } from './recognition.js'

const delimiters = { COMMA: ',', SEMICOLON: ';', TAB: '\t' } as const
/** Without news for so long, a plan is no longer being made. */
const silence = 60_000
export const abandonedBefore = (now: Date) => new Date(now.getTime() - silence)

type Recognised = Pick<
  ImportPlan,
  'format' | 'encoding' | 'delimiter' | 'sheet' | 'sheets' | 'headerRow' | 'storedColumns'
>

interface ReceivedTable
  extends Recognised, Pick<ImportPlan, 'kind' | 'fileName' | 'blobKey' | 'fileSize' | 'fileSha256'> {
  externalId?: string | null
}

/** Stores the file and recognises its columns, ahead of the transaction. */
export async function receiveTable(
  { kind, file, externalId, ...reading }: CreateImportInput,
  ctx: Context,
): Promise<Prepared> {
  ctx.allow('clients:read', readPermissions[kind], writePermissions[kind])
  const { blobs, limits } = ctx.storage
  return receive(file, async (bytes, given) => {
    const fileName = cleanFileName(given)
    const stored = await blobs.put(ctx.access.organization.id, bounded(bytes, limits.import))
    const discard = () => blobs.remove(stored.key)
    try {
      const recognised = await recognise(ctx, stored.key, kind, reading)
      return {
        input: {
          kind,
          externalId,
          fileName,
          blobKey: stored.key,
          fileSize: stored.size,
          fileSha256: stored.sha256,
          ...recognised,
        } satisfies ReceivedTable,
        discard,
      }
    } catch (error) {
      await discard()
      throw error
    }
  })
}

async function* bounded(bytes: AsyncIterable<Buffer>, most: number) {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > most)
      throw new UserError(
        'FILE_TOO_LARGE',
        `A spreadsheet may have at most ${Math.floor(most / 1e6)} MB; split it, or leave out columns that are not imported.`,
        'file',
      )
    yield chunk
  }
}

async function recognise(
  ctx: Context,
  blobKey: string,
  kind: ImportPlan['kind'],
  { encoding, delimiter, sheet, headerRow }: TableReading,
): Promise<Recognised> {
  const description = descriptionOf(kind)
  const given: Partial<TableLayout> = {
    ...(encoding ? { encoding } : {}),
    ...(delimiter ? { delimiter: delimiters[delimiter] } : {}),
    ...(sheet ? { sheet } : {}),
  }
  const { sheets, ...found } = await recognised(ctx, blobKey, given)
  const chosen =
    sheet || found.format === 'CSV'
      ? sheets.find(({ name }) => name === (found.sheet ?? ''))
      : sheetOf(sheets, description)
  const beginning = chosen?.beginning ?? []
  if (beginning.length === 0) throw new UserError('FILE_EMPTY', 'There is nothing in this sheet.', 'file')
  const row = headerRow ?? headerRowOf(beginning, description)
  if (!beginning.some(({ number }) => number === row))
    throw new UserError(
      'HEADER_ROW_INVALID',
      `Row ${row} cannot hold the headers: it is blank or too far down.`,
      'headerRow',
    )
  return {
    ...found,
    sheet: found.format === 'XLSX' ? (chosen?.name ?? null) : null,
    sheets: found.format === 'XLSX' ? sheets.map(({ name }) => name) : [],
    headerRow: row,
    storedColumns: columnsOf(beginning, row, description),
  }
}

async function recognised({ storage, operation }: Context, blobKey: string, given: Partial<TableLayout>) {
  const patience = operation ? { signal: operation.signal } : {}
  const read = async function* (path: string) {
    yield await recogniseTable(path, given, patience)
  }
  for await (const found of readLocally(storage, blobKey, read)) return found
  throw new Error(`Nothing was recognised of ${blobKey}.`)
}

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

/** Whoever imports clears away what is older than a week. */
async function removeExpired(scope: WriteScope) {
  const plans = await scope.list(ImportPlan)
  for (const plan of plans) if (plan.expiresAt < scope.now) await removeImport(scope, plan, false)
}

/** With its rows and its file; `isTold`: in the history. */
export async function removeImport(scope: WriteScope, plan: ImportPlan, isTold = true) {
  await clearRows(scope, plan.id)
  if (isTold) await scope.remove(plan)
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

/** Reads the file once more where it is to be read another way. */
export async function preparePlanning(
  { id, version, encoding, delimiter, sheet, headerRow, ...rest }: PlanImportInput,
  ctx: Context,
): Promise<Prepared> {
  const plan = await ctx.byId(ImportPlan, id)
  ctx.allow(writePermissions[plan.kind])
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
    'upload the file again to plan it anew',
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
  refuseWithoutRequired(plan)
  await clearRows(scope, plan.id)
  await scope.change(plan, { verb: 'PLANNING_BEGUN' })
  scope.afterCommit(async () => {
    start(plan)
  })
  return plan
}

function mapped(
  { kind, storedColumns }: ImportPlan,
  mapping: ImportMapping | undefined,
  given: readonly { place: number; field?: string | null }[],
): StoredColumn[] {
  if (mapping && mapping.kind !== kind)
    throw new UserError(
      'MAPPING_OF_ANOTHER_KIND',
      `${mapping.name} is a mapping of ${mapping.kind}; choose one of ${kind}.`,
      'mappingId',
    )
  const fields = new Map(descriptionOf(kind).fields.map(field => [field.name, field]))
  const byHeader = groupBy(mapping?.storedColumns ?? [], ({ header }) => headerKey(header))
  const wrong = given.find(({ place }) => !storedColumns.some(column => column.place === place))
  if (wrong)
    throw new UserError(
      'COLUMN_UNKNOWN',
      `The sheet has no column ${wrong.place}; it has ${storedColumns.length}.`,
      'columns',
    )
  const columns = storedColumns.map(column => {
    const own = given.filter(({ place }) => place === column.place)
    const taken = own.length > 0 ? own : byHeader.get(headerKey(column.header))
    const [field = null, ...others] = taken ? [...new Set(taken.flatMap(each => each.field ?? []))] : fieldsOf(column)
    const { others: _before, ...rest } = column
    return { ...rest, field, ...(others.length > 0 ? { others } : {}) }
  })
  for (const field of new Set(columns.flatMap(fieldsOf))) {
    if (!fields.has(field))
      throw new UserError(
        'FIELD_UNKNOWN',
        `${quoted(field)} is not a field of this kind: use one of ${[...fields.keys()].join(', ')}.`,
        'columns',
      )
    const places = columns.filter(column => fieldsOf(column).includes(field))
    if (places.length > 1 && !fields.get(field)?.joins)
      throw new UserError(
        'FIELD_TWICE',
        `Both columns ${places.map(({ letters }) => letters).join(' and ')} go to ${field}; leave one of them out.`,
        'columns',
      )
  }
  return columns
}

/** New rows need these; a file that only changes records names them by an id instead. */
function refuseWithoutRequired({ kind, storedColumns }: ImportPlan) {
  const taken = new Set(storedColumns.map(({ field }) => field))
  if (taken.size === 1 && taken.has(null))
    throw new UserError(
      'COLUMNS_UNKNOWN',
      `None of the headers is known; say which column goes to which field: ${descriptionOf(kind)
        .fields.map(({ name }) => name)
        .join(', ')}.`,
      'columns',
    )
}

export async function cancelImport(scope: WriteScope, { id }: RecordVersion): Promise<ImportPlan> {
  const plan = await takePlan(scope, { id })
  plan.mustBe(['PLANNING'], 'only one that is being planned can be cancelled')
  await clearRows(scope, plan.id)
  return scope.change(Object.assign(plan, nothingPlanned, { state: 'CANCELLED' }), { verb: 'CANCELLED' })
}

/** Plans that nobody told of any more since then say so, and can be planned again; whoever does go on with one after all, finds it ended. */
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
  refuseWithout(scope.setting.access, 'clients:read', readPermissions[plan.kind], writePermissions[plan.kind])
  return plan
}

export async function keepImportMapping(
  scope: WriteScope,
  { importId, name }: KeepImportMappingInput,
): Promise<ImportMapping> {
  const plan = await takePlan(scope, { id: importId })
  const storedColumns = plan.storedColumns
    .filter(({ header }) => header !== '')
    .flatMap(column => [column.field, ...(column.others ?? [])].map(field => ({ header: column.header, field })))
  const [same] = await scope.takeWhere(ImportMapping, {
    sql: 't.kind = :kind AND t.name = :name',
    parameters: { kind: plan.kind, name: normalText(name) },
  })
  if (same) return scope.change(Object.assign(same, { storedColumns }))
  return scope.add(
    scope.make(ImportMapping, {
      kind: plan.kind,
      name: normalText(name),
      nameFolded: fold(normalText(name)),
      storedColumns,
    }),
  )
}

export async function deleteImportMapping(scope: WriteScope, { id, version }: RecordVersion): Promise<ImportMapping> {
  const mapping = await scope.take(ImportMapping, id, version)
  await scope.remove(mapping)
  return mapping
}
