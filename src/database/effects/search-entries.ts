import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { metadataOf, entities, type Findable, type EntityMetadata } from '../../model/entity-metadata.js'
import { groupBy } from '../../lib/group.js'
import type { Effect, Inserted, Removed, Transaction, Updated } from './effect.js'
import type { Snapshot } from './snapshot.js'
import { countryOf, entriesOf, entryOf, phonesOf, writeEntries, type Around } from './search-index.js'
import type { Row } from '../../model/field-definition.js'

interface Touched {
  record: EntityMetadata
  /** The row as it is now; null once removed, undefined where it has to be read. */
  row?: Row | null
  /** Made in this transaction, as were all records that lead to it: the index holds nothing of them. */
  isNew: boolean
  /** Whether records that lead to it may be found by other words now, as telephones of another country are. */
  leaders?: boolean
}

type List = Transaction['list']

const atOnce = 500

/** The records of one transaction that searches find by other words now. Settling writes the index. */
export class SearchEntries implements Effect {
  private readonly touched = new Map<string, Touched>()

  inserted({ rows, isNew }: Inserted) {
    for (const row of rows) {
      if (isNew) this.note(row, { row, isNew })
      else this.touch(metadataOf(row.constructor), [row.id])
    }
  }

  updated({ row, before, names }: Updated) {
    const { search } = metadataOf(row.constructor)
    if (!search || !names.some(name => isSearched(search, name))) return
    const { isNew = false, leaders = false } = this.touched.get(row.id) ?? {}
    this.note(row, { row, isNew, leaders: leaders || names.includes(search.phones?.country ?? '') }, before)
  }

  removed({ record, ids, row }: Removed) {
    if (row) this.note(row, { row: null, isNew: false })
    else this.touch(record, ids)
  }

  /** Looks again at records that were changed unobserved, and at records that lead to them. */
  reindex(record: EntityMetadata, ids: readonly string[]) {
    this.touch(record, ids)
    for (const id of ids) Object.assign(this.touched.get(id) ?? {}, { leaders: true })
  }

  async settle({ session, access, list }: Transaction) {
    if (this.touched.size === 0) return
    await this.readRows(list)
    const leading = await this.whatLeadsTo(list)
    const { id: organizationId } = access.organization
    const entries = [...this.touched].flatMap(([id, { record, row }]) =>
      row
        ? (entryOf(record, row, organizationId, { ...leading.get(id), country: this.countryAround(record, row) }) ?? [])
        : [],
    )
    const known = [...this.touched].filter(([, { isNew }]) => !isNew).map(([id]) => id)
    await writeEntries(session, known.length > 0 ? await entriesOf(session, organizationId, known) : [], entries)
    this.touched.clear()
  }

  private touch(record: EntityMetadata, ids: readonly string[]) {
    if (!record.search) return
    for (const id of ids) if (!this.touched.has(id)) this.touched.set(id, { record, isNew: false })
  }

  private note(row: Row, touched: Omit<Touched, 'record'>, before: Snapshot = {}) {
    const record = metadataOf(row.constructor)
    if (!record.search) return
    this.touched.set(row.id, { record, ...touched })
    const { leadsTo } = record.search
    if (!leadsTo) return
    const ends = [valueOf(row, leadsTo.by), before[leadsTo.by]].filter(id => typeof id === 'string')
    this.touch(targetOf(record, leadsTo.by), ends)
  }

  /** Reads the records that were touched unread, and those that they lead to. */
  private async readRows(list: List) {
    for (;;) {
      const unread = groupBy(
        [...this.touched].filter(([, { row }]) => row === undefined),
        ([, { record }]) => record,
      )
      if (unread.size === 0) return
      for (const [record, some] of unread) {
        for (let from = 0; from < some.length; from += atOnce) {
          const ids = some.slice(from, from + atOnce).map(([id]) => id)
          const rows = new Map(
            (await list(entity(record), { sql: 't.id IN (:...ids)', parameters: { ids } })).map(row => [row.id, row]),
          )
          for (const id of ids)
            this.touched.set(id, {
              record,
              row: rows.get(id) ?? null,
              isNew: false,
              leaders: this.touched.get(id)?.leaders,
            })
          const { leadsTo } = record.search ?? {}
          if (leadsTo)
            this.touch(
              targetOf(record, leadsTo.by),
              [...rows.values()].map(row => valueOf(row, leadsTo.by)).filter(id => typeof id === 'string'),
            )
        }
      }
    }
  }

  private async whatLeadsTo(list: List): Promise<Map<string, Required<Pick<Around, 'texts' | 'phones'>>>> {
    const found = new Map<string, { texts: string[]; phones: string[] }>()
    for (const leader of entities()) {
      const { search } = leader
      if (!search?.leadsTo) continue
      const { by, texts } = search.leadsTo
      const target = targetOf(leader, by)
      const ends = [...this.touched].filter(([, { record, row }]) => record === target && row)
      const made = [...this.touched.values()].flatMap(({ record, row }) =>
        record === leader && row && this.touched.get(String(valueOf(row, by)))?.isNew ? row : [],
      )
      const read: Row[] = []
      const old = ends.filter(([, { isNew }]) => !isNew).map(([id]) => id)
      for (let from = 0; from < old.length; from += atOnce)
        read.push(
          ...(await list(entity(leader), {
            sql: `t.${by} IN (:...ids)`,
            parameters: { ids: old.slice(from, from + atOnce) },
          })),
        )
      const rows = groupBy(
        [...read, ...made].sort((a, b) => (a.id < b.id ? -1 : 1)),
        row => String(valueOf(row, by)),
      )
      for (const [id, { leaders }] of ends) {
        const own = rows.get(id) ?? []
        const before = found.get(id) ?? { texts: [], phones: [] }
        found.set(id, {
          texts: [
            ...before.texts,
            ...own.flatMap(row => texts.map(text => valueOf(row, text)).filter(value => typeof value === 'string')),
          ],
          phones: [...before.phones, ...own.flatMap(row => phonesOf(leader, row))],
        })
        if (leaders)
          for (const row of own)
            if (!this.touched.has(row.id)) this.touched.set(row.id, { record: leader, row, isNew: false })
      }
    }
    return found
  }

  /** The country of the record that this one leads to, which was read with it. */
  private countryAround({ search }: EntityMetadata, row: Row): string | undefined {
    const end = search?.leadsTo && this.touched.get(String(valueOf(row, search.leadsTo.by)))
    return end?.row ? countryOf(end.record, end.row) : undefined
  }
}

/** Whether a change of this property changes the words of the record, or of the one it leads to. */
const isSearched = ({ title, names = [], codes = [], texts = [], phones, leadsTo }: Findable, name: string) =>
  // A code may be a getter, such as the tax id: its properties begin with its name.
  name === 'archivedAt' ||
  name === leadsTo?.by ||
  [title, ...names, ...texts, ...(phones ? [...phones.fields, phones.country] : [])].includes(name) ||
  codes.some(code => name.startsWith(code))

const valueOf = (row: Row, name: string): unknown => (row as unknown as Record<string, unknown>)[name] // by the names that its own @entity states
const entity = (record: EntityMetadata) => record.type as ClassType<Row & ObjectLiteral> // a record's class is an entity

export function targetOf(record: EntityMetadata, by: string): EntityMetadata {
  const target = record.fields.find(({ name }) => name === by)?.target
  if (typeof target !== 'function') throw new Error(`${record.name}.${by} refers to no record.`)
  return metadataOf(target())
}
