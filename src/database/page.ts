import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { groupBy } from '../lib/group.js'
import type { ReadScope } from './scope/write-scope.js'
import type { Condition } from '../model/condition.js'
import { snake } from '../lib/snake.js'
import { beyond, orderOf, sortValueOf, type Keyset, type Placed, type Slice } from './keyset.js'
import type { Row } from '../model/field-definition.js'

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
): Promise<Map<string, Slice<T>>> {
  const positions: Condition[] = []
  if (keyset.after) positions.push(beyond(keyset, 'after', keyset.after))
  if (keyset.before) positions.push(beyond(keyset, 'before', keyset.before))
  const all = [...conditions, ...positions]

  // Several lists: the ids of each parent's first rows by a window, then those rows.
  const query =
    parents && parents.ids.length > 1 ? scope.select(type) : scope.select(type, ...all, ...restriction(parents))
  if (parents && parents.ids.length > 1) {
    const ranked = scope.select(type, ...all, ...restriction(parents))
    const window = orderOf(keyset)
      .map(({ sql, direction }) => `${sql} ${direction}`)
      .join(', ')
    ranked
      .select('t.id', 'id')
      .addSelect(`ROW_NUMBER() OVER (PARTITION BY t.${parents.by} ORDER BY ${window})`, 'position')
    query.andWhere(
      `t.id IN (SELECT ranked.id FROM (${ranked.getQuery()}) ranked WHERE ranked.position <= ${keyset.size + 1})`,
    )
    query.setParameters(ranked.getParameters())
  } else {
    query.limit(keyset.size + 1)
  }
  orderOf(keyset).forEach(({ sql, direction }) => query.addOrderBy(sql, direction))
  const { expression } = keyset.field
  if (expression) query.addSelect(expression, sortColumn)
  query.setParameters({ ...keyset.parameters })
  const { entities, raw } = await query.getRawAndEntities<Record<string, unknown>>()
  const rows = entities.map((row, at) => ({ row, value: sortValueOf(keyset, row, raw[at]?.[sortColumn]) }))
  const groups = parents ? groupBy(rows, ({ row }) => String(row[parents.by])) : new Map([['', rows]])
  return new Map([...groups].map(([id, group]) => [id, cut(keyset, group)]))
}

const sortColumn = 'sort_value'

/** The ids of a whole list in its order. */
export async function readIds(
  scope: ReadScope,
  type: ClassType<Entity>,
  keyset: Keyset,
  conditions: readonly Condition[],
): Promise<string[]> {
  const query = scope.select(type, ...conditions).select('t.id', 'id')
  orderOf(keyset).forEach(({ sql, direction }) => query.addOrderBy(sql, direction))
  return (await scope.raw<{ id: string }>(query.setParameters({ ...keyset.parameters }))).map(({ id }) => id)
}

export async function countRows(
  scope: ReadScope,
  type: ClassType<Entity>,
  { parameters }: Keyset,
  conditions: readonly Condition[],
  parents: Parents | null,
): Promise<Map<string, number>> {
  const query = scope
    .select(type, ...conditions, ...restriction(parents))
    .select('COUNT(*)', 'count')
    .setParameters({ ...parameters })
  if (parents) query.addSelect(`t.${snake(parents.by)}`, 'parent').groupBy(`t.${snake(parents.by)}`)
  const rows = await query.getRawMany<{ count: number | string; parent?: string }>()
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
