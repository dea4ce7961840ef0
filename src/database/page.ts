import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { groupBy } from '../lib/group.js'
import type { ReadScope } from './scope/write-scope.js'
import type { Companion } from './companion.js'
import type { Condition } from '../model/condition.js'
import { beyond, orderOf, sortValueOf, type Keyset, type Placed, type Slice } from './keyset.js'
import type { Row } from '../model/field-definition.js'
import { metadataOf } from '../model/entity-metadata.js'
import { parametersOf, selectSql } from './select.js'

type Entity = Row & ObjectLiteral

/** The records whose lists are wanted, and the property by which the listed rows name them. */
export interface Parents {
  by: string
  ids: readonly string[]
}

/** One slice for each parent, by its id, in one statement whatever their number; without parents one under ''. */
export async function readSlices<T extends Entity>(
  scope: ReadScope,
  type: ClassType<T>,
  keyset: Keyset,
  conditions: readonly Condition[],
  parents: Parents | null,
  { only, companion }: { only?: readonly string[]; companion?: Companion } = {},
): Promise<Map<string, Slice<T>>> {
  const positions: Condition[] = []
  if (keyset.after) positions.push(beyond(keyset, 'after', keyset.after))
  if (keyset.before) positions.push(beyond(keyset, 'before', keyset.before))
  const where = [...conditions, ...positions, ...restriction(parents)]
  const selection =
    parents && parents.ids.length > 1
      ? { where: [firstOfEach(type, keyset, where, parents)] }
      : { where, limit: keyset.size + 1 }
  const { expression } = keyset.field
  const found = await scope.placed(
    type,
    { ...selection, companion, order: orderOf(keyset), parameters: { ...keyset.parameters } },
    { beside: expression, only },
  )
  const rows = found.map(({ row, beside }) => ({ row, value: sortValueOf(keyset, row, beside) }))
  const groups = parents ? groupBy(rows, ({ row }) => String(row[parents.by])) : new Map([['', rows]])
  return new Map([...groups].map(([id, group]) => [id, cut(keyset, group)]))
}

/** Several lists: the ids of each parent's first rows by a window, then those rows. */
function firstOfEach(type: ClassType<Entity>, keyset: Keyset, where: readonly Condition[], { by }: Parents): Condition {
  const window = orderOf(keyset).map(({ sql, direction }) => `${sql} ${direction}`)
  const place = `ROW_NUMBER() OVER (PARTITION BY t.${by} ORDER BY ${window.join(', ')})`
  const ranked = selectSql(metadataOf(type), `t.id AS id, ${place} AS place`, { where })
  return {
    sql: `t.id IN (SELECT ranked.id FROM (${ranked}) ranked WHERE ranked.place <= ${keyset.size + 1})`,
    parameters: parametersOf({ where }),
  }
}

/** The ids of a whole list in its order. */
export async function readIds(
  scope: ReadScope,
  type: ClassType<Entity>,
  keyset: Keyset,
  conditions: readonly Condition[],
): Promise<string[]> {
  const selection = { where: conditions, order: orderOf(keyset), parameters: { ...keyset.parameters } }
  return (await scope.raw<{ id: string }>(type, { id: 't.id' }, selection)).map(({ id }) => id)
}

export async function countRows(
  scope: ReadScope,
  type: ClassType<Entity>,
  { parameters }: Keyset,
  conditions: readonly Condition[],
  parents: Parents | null,
): Promise<Map<string, number>> {
  const where = [...conditions, ...restriction(parents)]
  const parent = parents && `t.${parents.by}`
  const rows = await scope.raw<{ count: number | string; parent?: string }>(
    type,
    parent ? { count: 'COUNT(*)', parent } : { count: 'COUNT(*)' },
    { where, groupBy: parent ? [parent] : [], parameters: { ...parameters } },
  )
  return new Map(rows.map(({ parent, count }) => [parent ?? '', Number(count)]))
}

const restriction = (parents: Parents | null): Condition[] =>
  parents ? [{ sql: `t.${parents.by} IN (:...parents)`, parameters: { parents: parents.ids } }] : []

function cut<T>(keyset: Keyset, rows: Placed<T>[]): Slice<T> {
  const more = rows.length > keyset.size
  const kept = rows.slice(0, keyset.size)
  if (keyset.backwards) return { rows: kept.reverse(), hasPreviousPage: more, hasNextPage: Boolean(keyset.before) }
  return { rows: kept, hasNextPage: more, hasPreviousPage: Boolean(keyset.after) }
}
