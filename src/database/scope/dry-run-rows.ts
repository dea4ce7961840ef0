import type { ClassType } from 'type-graphql'
import { metadataOf } from '../../model/entity-metadata.js'
import type { Row } from '../../model/field-definition.js'

/** Rows that were made or changed in memory. They hide those of `below`. */
export class DryRunRows {
  private readonly rows = new Map<string, Row>()
  private readonly made = new Set<string>()
  /** Ids by their table, and by the records that their rows refer to. */
  private readonly places = new Map<string, Set<string>>()
  private readonly claims = new Map<string, string>()

  constructor(readonly below?: DryRunRows) {}

  own(): Row[] {
    return [...this.rows.values()]
  }

  find(id: string): Row | undefined {
    return this.rows.get(id) ?? this.below?.find(id)
  }

  /** Whether the database does not know this id. */
  isNew(id: string): boolean {
    return this.made.has(id) || (this.below?.isNew(id) ?? false)
  }

  put(row: Row, isNew: boolean) {
    this.rows.set(row.id, row)
    if (isNew) this.made.add(row.id)
    const { table, fields } = metadataOf(row.constructor)
    this.place(table, row.id)
    for (const { name, kind } of fields)
      if (kind === 'reference') this.place(`${table} ${name} ${valueOf(row, name)}`, row.id)
  }

  where<T extends Row>(type: ClassType<T>, column: string, value: string): T[] {
    const { table, fields } = metadataOf(type)
    const isReference = fields.some(({ name, kind }) => name === column && kind === 'reference')
    const own = this.at<T>(isReference ? `${table} ${column} ${value}` : table)
    return this.over(
      this.below?.where(type, column, value),
      own.filter(row => valueOf(row, column) === value),
    )
  }

  /** All of a table. */
  all<T extends Row>(type: ClassType<T>): T[] {
    return this.over(this.below?.all(type), this.at<T>(metadataOf(type).table))
  }

  private at<T extends Row>(place: string): T[] {
    const ids = [...(this.places.get(place) ?? [])]
    return ids.flatMap(id => (this.rows.get(id) as T | undefined) ?? []) // a place is within one table
  }

  private over<T extends Row>(below: readonly T[] | undefined, own: readonly T[]): T[] {
    return [...(below ?? []).filter(({ id }) => !this.rows.has(id)), ...own]
  }

  /** Whether nobody else has this key. */
  claim(key: string, id: string): boolean {
    const holder = this.holder(key)
    if (holder === undefined) this.claims.set(key, id)
    return holder === undefined || holder === id
  }

  isClaimed(key: string): boolean {
    return this.holder(key) !== undefined
  }

  private holder(key: string): string | undefined {
    return this.claims.get(key) ?? this.below?.holder(key)
  }

  /** Takes over all keys of the rows above, and the rows of some kinds. */
  take(above: DryRunRows, types?: readonly ClassType<Row>[]) {
    for (const [key, id] of above.claims) this.claims.set(key, id)
    for (const row of above.rows.values())
      if (!types || types.some(type => row instanceof type)) this.put(row, above.made.has(row.id))
  }

  private place(key: string, id: string) {
    const ids = this.places.get(key)
    if (ids) ids.add(id)
    else this.places.set(key, new Set([id]))
  }
}

const valueOf = (row: Row, name: string) => String((row as unknown as Record<string, unknown>)[name]) // by the name of one of its own fields
