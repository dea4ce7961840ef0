import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { metadataOf } from '../../model/entity-metadata.js'
import type { OrganizationFacts } from '../../model/access.js'
import { withArticle } from '../../lib/article.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import type { AnyRecord, Claim, ImportDescription, PlannedRow, Written } from './description.js'
import type { ImportField } from './import-field.js'
import type { ImportChange } from './import-issue.js'
import type { RecordKind, RecordValues } from './record-kind.js'
import { RecordNumbers } from './record-number.js'
import type { RowReader } from './row-reader.js'

/** Columns with these headers may hold ids of a document, of its client or of a line. */
const references = ['referència', 'referencia', 'reference']

type Loose = Readonly<Record<string, unknown>>

/** Returns an import whose rows make new records of a kind, and report how they differ from those that are there. */
export function recordImport<T extends AnyRecord, V extends RecordValues>(
  kind: RecordKind<T, V>,
): ImportDescription<T, V> {
  return new RecordImport(kind)
}

class RecordImport<T extends AnyRecord, V extends RecordValues> implements ImportDescription<T, V> {
  readonly type
  readonly fields: readonly ImportField[]
  readonly remembers
  readonly calledIn
  readonly remove
  readonly groupOf
  readonly documentOf

  private readonly numbers: RecordNumbers<T, V>
  private readonly compared: ReadonlySet<string>
  private readonly aNoun: string

  constructor(private readonly kind: RecordKind<T, V>) {
    this.type = kind.type
    this.fields = [...identityFields(kind), ...(kind.owner?.fields ?? []), ...kind.fields]
    this.remembers = kind.remembers
    this.calledIn = kind.calledIn
    this.remove = kind.remove
    this.numbers = new RecordNumbers(kind)
    this.compared = new Set([
      ...(kind.owner ? [kind.owner.idName] : []),
      'lines',
      ...kind.fields.map(({ name }) => name),
    ])
    this.aNoun = withArticle(kind.noun, true)
    this.groupOf = kind.line && ((row: RowReader<T, V>) => this.groupOfDocument(row))
    this.documentOf = kind.line && ((row: RowReader<T, V>) => this.documentCells(row))
  }

  private groupOfDocument(row: RowReader<T, V>): string | null {
    return this.numbers.identify(row) ? this.numbers.groupOf(row) : row.text('externalId')
  }

  private documentCells(row: RowReader<T, V>): Loose {
    const { lines: _lines, ownId: id, ...values } = row.values
    return { id, ...values, ...this.kind.owner?.ownerCells(row) }
  }

  read(row: RowReader<T, V>, organization: OrganizationFacts) {
    const own = row as unknown as RowReader<T, RecordValues> // every kind has the values that it reads here
    own.take('ownId', undefined, { from: 'id', stays: true })
    own.take('externalId')
    const isByNumber = this.numbers.identify(row)
    if (!isByNumber && !own.values.externalId)
      row.refuseNew(
        'EXTERNAL_ID_REQUIRED',
        `${this.aNoun} needs an external id, so that it is known when the file comes again.`,
        'externalId',
      )
    this.kind.read(row, organization)
    if (isByNumber && !('number' in row.values) && !row.isWrong('number'))
      row.refuseNew(
        'EXTERNAL_ID_REQUIRED',
        `${this.aNoun} needs its number or an external id, so that it is known when the file comes again.`,
        'number',
      )
    const line = this.kind.line?.(row)
    if (line) own.values.lines = [line]
  }

  claims({ values }: RowReader<T, V>): Claim[] {
    const { externalId } = values
    const claims = this.numbers.claims(values)
    if (!externalId) return claims
    const advice = this.kind.line ? 'the rows of one document have to stand together' : 'keep one of them'
    const message = `An earlier row of the file has the external id ${externalId}; ${advice}.`
    const key = `externalId ${externalId}`
    return [{ key, code: 'EXTERNAL_ID_DUPLICATE_IN_FILE', message, field: 'externalId' }, ...claims]
  }

  async match(scope: ReadScope, rows: readonly RowReader<T, V>[]) {
    await this.kind.owner?.find(scope, rows, this.kind.noun)
    await this.kind.refer?.(
      scope,
      rows.filter(({ failed }) => !failed),
    )
    const withExternalIds = await this.withExternalIds(scope, rows)
    const byExternalId = new Map(withExternalIds.map(record => [externalIdOf(record), record]))
    const ids = rows.flatMap(({ values }) => values.ownId ?? [])
    const withIds =
      ids.length === 0 ? [] : await scope.list(this.type, { sql: 't.id IN (:...ids)', parameters: { ids } })
    const byId = new Map(withIds.map(record => [record.id, record]))
    const holders = await this.numbers.holders(scope, rows)
    for (const row of rows) {
      const { ownId, externalId } = row.values
      if (ownId === undefined) this.matchNew(row, byExternalId.get(externalId ?? undefined), holders)
      else this.matchOwn(row, ownId, byId.get(ownId), byExternalId)
    }
  }

  /** Matches a row without an id of ours by its external id, else by its number. */
  private matchNew(row: RowReader<T, V>, known: T | undefined, holders: ReadonlyMap<string, T>) {
    const holder = this.numbers.holderOf(row, holders)
    row.record = (this.numbers.identify(row) ? holder : known) ?? null
    if (!row.record && holder && !this.numbers.isFree(row.values)) this.numbers.refuseTaken(row, holder)
  }

  private matchOwn(
    row: RowReader<T, V>,
    id: string,
    record: T | undefined,
    byExternalId: ReadonlyMap<string | undefined, T>,
  ) {
    const { noun } = this.kind
    const { externalId } = row.values
    row.record = record ?? null
    if (!record)
      row.refuse(
        'RECORD_UNKNOWN',
        `There is no ${noun} ${id.slice(0, 40)}; leave the cell empty to make a new one.`,
        'id',
      )
    else if (externalId !== undefined && byExternalId.get(externalId ?? undefined)?.id !== record.id)
      row.refuse(
        'IDENTITY_CONFLICT',
        `The ${noun} with this id has another external id; fix one of the two.`,
        'externalId',
      )
  }

  async changes(scope: ReadScope, rows: readonly RowReader<T, V>[]) {
    const records = rows.flatMap(({ record }) => record ?? [])
    const there = await this.kind.existingValues(scope, records)
    return new Map(
      rows.map(row => {
        const before = row.record ? this.before(row.record, there.get(row.record.id)) : undefined
        const changes = this.changesOf(row.values, before)
        if (before && changes.length > 0)
          row.refuse(
            'RECORD_DIFFERS',
            `This ${this.kind.noun} is there already with ${changes.map(({ field, before: was }) => `${field} ${was ?? 'empty'}`).join(', ')}; change it in Clientela: an import of these only makes new ones.`,
            changes[0]?.field ?? null,
          )
        return [row, row.failed ? [] : changes]
      }),
    )
  }

  private before(record: T, existing: object | undefined): Loose {
    const { owner } = this.kind
    return { ...existing, ...(owner ? { [owner.idName]: (record as Loose)[owner.idName] } : {}) } // one of its references
  }

  private changesOf(values: Loose, before: Loose | undefined): ImportChange[] {
    return Object.keys(values)
      .filter(field => this.compared.has(field) && values[field] !== undefined)
      .filter(field => !before || !isSame(values, before, field))
      .map(field => ({
        field,
        before: before ? shown(before[field] ?? before[`${field}Id`]) : null,
        after: shown(values[field]),
      }))
  }

  title({ values }: RowReader<T, V>): string | null {
    return this.kind.title(values)
  }

  /** Only of a new record: `changes` refuses a row that differs from the one that is there. */
  dryRun(scope: WriteScope, { values }: RowReader<T, V>): Promise<T> {
    return this.kind.create(scope, values as V, () => undefined) // a row without error has all values
  }

  async refuseTaken(scope: WriteScope, rows: readonly PlannedRow<T, V>[]) {
    const [holder] = await this.withExternalIds(
      scope,
      rows.filter(({ record }) => !record),
    )
    if (holder)
      throw new UserError(
        'IMPORT_STALE',
        `${this.aNoun} with an external id of the file was made since the plan (${holder.id}); plan again.`,
        'id',
      )
  }

  async write(scope: WriteScope, rows: readonly PlannedRow<T, V>[]): Promise<Written[]> {
    const written: Written[] = []
    const warned = scope.warnings.length
    for (const { values, number } of rows) {
      const others: Written[] = []
      try {
        const record = await this.kind.create(scope, values, other => others.push({ record: other, before: null }))
        written.push({ record, before: null }, ...others)
        scope.warnings.splice(warned) // the plan warned each row of its own
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        throw new UserError(
          'IMPORT_REFUSED',
          `Row ${number}: ${error.message} (${error.code}) Nothing was written; fix the file and upload it again.`,
          'id',
        )
      }
    }
    return written
  }

  private async withExternalIds(scope: ReadScope, rows: readonly { values: Partial<V> }[]): Promise<T[]> {
    const externalIds = rows.flatMap(({ values }) => values.externalId ?? [])
    if (externalIds.length === 0) return []
    return scope.list(this.type, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
  }
}

const externalIdOf = (record: object) => (record as { externalId?: string | null }).externalId ?? undefined // every record may carry one

/** Returns the fields by which a row names its record. */
function identityFields<T extends AnyRecord, V extends RecordValues>({
  type,
  noun,
  numbered,
  externalIdHeaders,
}: RecordKind<T, V>): ImportField[] {
  const byNumber = numbered?.with ? '; where no column holds it, by the number' : ''
  return [
    {
      name: 'id',
      identity: true,
      description: `The ${noun}'s id in Clientela, as an export has it; a row that has one is of that ${noun} and no other.`,
      headers: ['id', 'clientela id'],
      fits: text => isId(text, metadataOf(type).prefix),
    },
    {
      name: 'externalId',
      identity: true,
      required: !numbered?.with,
      description: `The ${noun}'s id in the system it came from: by it a row is known when the file comes again${byNumber}.`,
      headers: ['externalId', 'external id', 'id', ...externalIdHeaders],
      ...(numbered?.with ? { spare: { headers: references, names: 'number' } } : {}),
    },
  ]
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(shown).join('; ')
  if (typeof value === 'object')
    return Object.values(value)
      .map(each => shown(each) ?? '')
      .join(' · ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Compares the name of another record by the id that it leads to. */
const isSame = (values: Loose, before: Loose, field: string) =>
  values[`${field}Id`] === undefined
    ? shown(values[field]) === shown(before[field])
    : values[`${field}Id`] === before[`${field}Id`]
