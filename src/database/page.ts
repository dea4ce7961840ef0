import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { groupBy } from '../lib/group.js'
import type { ReadScope } from './scope/write-scope.js'
import type { Companion } from './companion.js'
import type { FigureRows } from './figure-rows.js'
import type { Condition } from '../model/condition.js'
import { beyond, orderOf, sortValueOf, type Keyset, type Placed, type Slice } from './keyset.js'
import type { Row } from '../model/field-definition.js'
import { metadataOf } from '../model/entity-metadata.js'
import { parametersOf, selectSql, type Selection } from './select.js'

type Entity = Row & ObjectLiteral

/** The records whose lists are wanted, and the property by which the listed rows name them. */
export interface Parents {
  by: string
  ids: readonly string[]
}

interface Beside {
  /** The fields to read. */
  only?: readonly string[]
  companion?: Companion
  /** Where the list names figures. */
  figures?: FigureRows
}

/**
 * One slice for each parent, by its id, in one statement whatever their number; without parents one under ''. Returns
 * undefined where figures that the list needs do not hold.
 */
export async function readSlices<T extends Entity>(
  scope: ReadScope,
  type: ClassType<T>,
  keyset: Keyset,
  conditions: readonly Condition[],
  parents: Parents | null,
  { only, companion, figures }: Beside = {},
): Promise<Map<string, Slice<T>> | undefined> {
  const positions: Condition[] = []
  if (keyset.after) positions.push(beyond(keyset, 'after', keyset.after))
  if (keyset.before) positions.push(beyond(keyset, 'before', keyset.before))
  const where = [...conditions, ...positions, ...restriction(parents)]
  const listed = listedFrom(keyset, figures)
  const selection =
    parents && parents.ids.length > 1
      ? { ...listed, ...firstOfEach(type, keyset, where, parents, figures) }
      : { ...listed, where, limit: keyset.size + 1 }
  const beside = [keyset.field.expression, figures?.doubt].filter(sql => sql !== undefined)
  const found = await scope.placed(type, { ...selection, companion, order: orderOf(keyset) }, { beside, only })
  if (figures?.doubt && !(await holds(scope, type, keyset, figures, { where, doubt: found[0]?.beside.at(-1) }))) return
  const rows = found.map(({ row, beside: [value] }) => ({ row, value: sortValueOf(keyset, row, value) }))
  const groups = parents ? groupBy(rows, ({ row }) => String(row[parents.by])) : new Map([['', rows]])
  return new Map([...groups].map(([id, group]) => [id, cut(keyset, group)]))
}

/**
 * Several lists: the ids of each parent's first rows by a window, then those rows. An index has all that the window
 * needs. SQLite takes the tables of a CROSS JOIN in their order.
 */
function firstOfEach(
  type: ClassType<Entity>,
  keyset: Keyset,
  where: readonly Condition[],
  { by }: Parents,
  figures?: FigureRows,
): Pick<Selection, 'from' | 'where'> {
  const record = metadataOf(type)
  const window = orderOf(keyset).map(({ sql, direction }) => `${sql} ${direction}`)
  const place = `ROW_NUMBER() OVER (PARTITION BY t.${by} ORDER BY ${window.join(', ')})`
  const ranked = selectSql(record, `t.id AS id, ${place} AS place`, { where, from: figures?.from })
  const first = `t.id = ranked.id AND ranked.place <= ${keyset.size + 1}`
  return {
    from: `(${ranked}) ranked CROSS JOIN ${figures?.from ?? `${record.table} t`}`,
    where: [{ sql: first, parameters: parametersOf({ where }) }],
  }
}

/** What the SQL of a list is read from, and what it names. */
const listedFrom = ({ parameters }: Keyset, figures?: FigureRows) => ({
  from: figures?.from,
  parameters: { ...parameters, ...figures?.parameters },
})

/** Whether the figures of a list hold, as its rows say; of a list without rows its count says it. */
async function holds(
  scope: ReadScope,
  type: ClassType<Entity>,
  keyset: Keyset,
  figures: FigureRows,
  { where, doubt }: { where: readonly Condition[]; doubt: unknown },
): Promise<boolean> {
  if (doubt !== undefined) return doubt !== null && Number(doubt) === 0
  const counts = await countRows(scope, type, keyset, where, null, figures)
  return counts?.get('') === 0
}

/** The ids of a whole list in its order. */
export async function readIds(
  scope: ReadScope,
  type: ClassType<Entity>,
  keyset: Keyset,
  conditions: readonly Condition[],
  figures?: FigureRows,
): Promise<string[]> {
  const selection = { where: conditions, ...listedFrom(keyset, figures), order: orderOf(keyset) }
  return (await scope.raw<{ id: string }>(type, { id: 't.id' }, selection)).map(({ id }) => id)
}

/** As many rows as the slices have; undefined where figures that they need do not hold. */
export async function countRows(
  scope: ReadScope,
  type: ClassType<Entity>,
  keyset: Keyset,
  conditions: readonly Condition[],
  parents: Parents | null,
  figures?: FigureRows,
): Promise<Map<string, number> | undefined> {
  const where = [...conditions, ...restriction(parents)]
  const parent = parents && `t.${parents.by}`
  const rows = await scope.raw<{ count: number | string; parent?: string; doubt?: number | string }>(
    type,
    { count: 'COUNT(*)', ...(parent && { parent }), ...(figures?.doubt && { doubt: figures.doubt }) },
    { where, groupBy: parent ? [parent] : [], ...listedFrom(keyset, figures) },
  )
  const [first] = rows
  if (figures?.doubt && !(await holds(scope, type, keyset, figures, { where, doubt: first?.doubt }))) return undefined
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
