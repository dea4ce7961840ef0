import type { ReadScope } from '../../database/scope/write-scope.js'
import type { AnyRecord, Claim } from './description.js'
import type { RecordKind, RecordValues } from './record-kind.js'
import type { RowReader } from './row-reader.js'

/** Finds records of a kind by their numbers or codes, if the kind has some. */
export class RecordNumbers<T extends AnyRecord, V extends RecordValues> {
  private readonly field: 'number' | 'code'

  constructor(private readonly kind: RecordKind<T, V>) {
    this.field = kind.numbered?.field ?? 'number'
  }

  /** Whether a row is known by its number, since no column of the file holds external ids. */
  identify(row: RowReader<T, V>): boolean {
    return Boolean(this.kind.numbered?.with) && !row.has('externalId')
  }

  /** Returns what rows of one document share, if the document is known by its number. */
  groupOf(row: RowReader<T, V>): string | null {
    const names = ['number', ...(this.kind.numbered?.with ?? [])]
    return row.text('number') === null ? null : JSON.stringify(names.map(name => row.text(name)))
  }

  /** Returns the records that have numbers of these rows, by their keys. */
  async holders(scope: ReadScope, rows: readonly RowReader<T, V>[]): Promise<ReadonlyMap<string, T>> {
    const { type, numbered } = this.kind
    const numbers = [...new Set(rows.flatMap(({ values }) => this.numberOf(values) ?? []))]
    if (!numbered || numbers.length === 0) return new Map()
    const found = await scope.list(type, { sql: `t.${numbered.field} IN (:...numbers)`, parameters: { numbers } })
    return new Map(found.map(record => [this.identity(record, numbered.keyOfRecord(record)), record]))
  }

  /** The one of `holders` that has the number of a row. */
  holderOf({ values }: RowReader<T, V>, holders: ReadonlyMap<string, T>): T | undefined {
    return holders.get(this.identity(values, this.kind.numbered?.keyOf(values) ?? ''))
  }

  /** Whether others may have the number of a row as well. */
  isFree(given: object): boolean {
    return this.kind.numbered?.isFree?.(given) ?? false
  }

  refuseTaken(row: RowReader<T, V>, holder: T) {
    const { noun } = this.kind
    const { externalId } = holder as { externalId?: string | null } // every record may carry one
    const advice = externalId
      ? 'the external id of that one'
      : 'leave out the column of external ids, and it is known by its number'
    row.refuseNew(
      `${this.field.toUpperCase()}_TAKEN`,
      `Another ${noun} has the ${this.field} ${this.numberOf(row.values) ?? ''} (${externalId ?? holder.id}); give another ${this.field}, or ${advice}.`,
      this.field,
    )
  }

  claims(values: Partial<V>): Claim[] {
    const { numbered, noun } = this.kind
    const { field } = this
    const [key, number] = [numbered?.keyOf(values), this.numberOf(values)]
    if (!key || number === undefined || (this.isFree(values) && values.externalId)) return []
    const message = `An earlier row of the file has the ${field} ${number}${this.kind.line ? `; the rows of one ${noun} stand together` : ''}; fix one of the two.`
    return [
      {
        key: `${field} ${this.identity(values, key)}`,
        code: `${field.toUpperCase()}_DUPLICATE_IN_FILE`,
        message,
        field,
      },
    ]
  }

  private numberOf(values: Partial<V>): string | undefined {
    return this.kind.numbered ? (values as Record<string, string | undefined>)[this.field] : undefined // `read` sets it
  }

  private identity(given: object, key: string): string {
    return `${this.isFree(given) ? 'free ' : ''}${key}`
  }
}
