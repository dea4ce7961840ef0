import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { groupBy } from '../../lib/group.js'
import { prefixOf } from '../../lib/id.js'
import { Client } from '../clients/index.js'
import { ClientMerge } from './client-merge.js'
import type { Parameters } from '../../model/condition.js'
import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { FieldDefinition } from '../../model/field-definition.js'

/**
 * Filled by features whose records keep more of a client than a reference. `set` says in SQL what else changes when a
 * record moves `:from` one client `:to` another.
 */
export const movedColumns: { table: string; set: string }[] = []

/** Records that lead to a client, and the column that does. */
export interface End {
  record: EntityMetadata
  column: string
}

const leadsTo = (field: FieldDefinition) =>
  field.kind === 'reference' && typeof field.target === 'function' ? field.target() : undefined

/** The records that a merge moves, whatever feature has them, each kind behind those it refers to. */
export const clientEnds = (): End[] =>
  entities().flatMap(record =>
    record.fields.filter(field => leadsTo(field) === Client).map(({ name }) => ({ record, column: snake(name) })),
  )

/** Columns by which records of one client refer to other records, which have to be of the same client. */
function links(ends: readonly End[], record: EntityMetadata) {
  return record.fields.flatMap(field => {
    const end = ends.find(({ record: { type } }) => type === leadsTo(field))
    return end ? [{ column: snake(field.name), end }] : []
  })
}

const has = ({ fields }: EntityMetadata, property: string) => fields.some(({ name }) => name === property)
const noted = 'SELECT r.record_id FROM merged_records r WHERE r.organization_id = :organization AND r.merge_id = :merge'

interface Move {
  merge: ClientMerge
  from: string
  to: string
}

/** Moves all records of one client to another, in two statements for each kind, and notes their ids. */
export async function moveAll(scope: WriteScope, move: Move) {
  for (const { record, column } of clientEnds()) {
    await note(scope, move, record.table, `t.${column} = :from`)
    await lead(scope, move, record, column)
  }
  await note(scope, move, 'activity_events', 't.client_id = :from')
  await scope.executeUnobserved(
    'UPDATE activity_events SET client_id = :to WHERE organization_id = :organization AND client_id = :from',
    { from: move.from, to: move.to },
  )
  await noteForFeeds(scope, move)
}

/**
 * Moves back the records that were moved, and those made since on them, such as time on a project or an interaction
 * about a document.
 */
export async function moveBack(scope: WriteScope, move: Move) {
  const ends = clientEnds()
  for (const { record, column } of ends) await lead(scope, move, record, column, `AND id IN (${noted})`)
  for (const { record, column } of ends) {
    const own = links(ends, record)
    const about = has(record, 'subjectId') ? [`t.subject_id IN (${noted})`] : []
    const anyBack = [...own.map(link => isOf(link, ':to')), ...about]
    if (anyBack.length === 0) continue
    const noneElse = own.map(link => ` AND NOT ${isOf(link, ':from')}`).join('')
    await note(scope, move, record.table, `t.${column} = :from AND (${anyBack.join(' OR ')})${noneElse}`)
    await lead(scope, move, record, column, `AND id IN (${noted})`)
  }
  const {
    merge: { id: merge, loserId: loser },
    from,
    to,
  } = move
  await scope.executeUnobserved(
    `UPDATE activity_events SET client_id = :to WHERE organization_id = :organization AND client_id = :from AND (id IN (${noted}) OR subject_id IN (${noted}) OR item_id IN (${noted}) OR subject_id = :loser)`,
    { from, to, merge, loser },
  )
  await noteForFeeds(scope, move)
  await scope.executeUnobserved(
    'DELETE FROM merged_records WHERE organization_id = :organization AND merge_id = :merge',
    {
      merge,
    },
  )
}

/** Notes for feeds that the moved records changed, and the figures of both clients with them. */
async function noteForFeeds(scope: WriteScope, { merge: { id: merge }, from, to }: Move) {
  const moved = await scope.rows<{ id: string }>(
    `SELECT r.record_id AS id FROM merged_records r WHERE r.organization_id = :organization AND r.merge_id = :merge AND r.record_id NOT LIKE 'evt%'`,
    { merge },
  )
  const byPrefix = groupBy(moved, ({ id }) => prefixOf(id))
  for (const { record } of clientEnds()) {
    const ids = (byPrefix.get(record.prefix) ?? []).map(({ id }) => id)
    scope.noteChanged(record.type, ids, ids.length > 0 ? [from, to] : [])
  }
}

/** Whether a link of a row `t` leads to a record of a client. */
const isOf = ({ column, end }: ReturnType<typeof links>[number], client: string) =>
  `EXISTS (SELECT 1 FROM ${end.record.table} y WHERE y.organization_id = :organization AND y.id = t.${column} AND y.${end.column} = ${client})`

const note = (scope: WriteScope, { merge: { id: merge }, from, to }: Move, table: string, condition: string) =>
  scope.executeUnobserved(
    `INSERT INTO merged_records (organization_id, merge_id, record_id) SELECT t.organization_id, :merge, t.id FROM ${table} t WHERE t.organization_id = :organization AND ${condition}`,
    {
      merge,
      from,
      ...(condition.includes(':to') ? { to } : {}),
    },
  )

function lead(
  scope: WriteScope,
  { merge: { id: merge }, from, to }: Move,
  record: EntityMetadata,
  column: string,
  condition = '',
): Promise<void> {
  const sets = [
    `${column} = :to`,
    ...(has(record, 'version') ? ['version = version + 1', 'updated_at = :now'] : []),
    ...(has(record, 'subjectId') ? ['subject_id = CASE WHEN subject_id = :from THEN :to ELSE subject_id END'] : []),
    ...movedColumns.filter(({ table }) => table === record.table).map(({ set }) => set),
  ]
  const now = scope.now.toISOString().replace('T', ' ').replace('Z', '')
  return scope.updateUntold(record.type, sets.join(', '), `${column} = :from ${condition}`, {
    from,
    to,
    now,
    ...(condition ? { merge } : {}),
  })
}

/** How many records of each kind a client has, in one statement. */
export async function countMoving(
  scope: ReadScope,
  ends: readonly End[],
  client: string,
  parameters: Parameters,
  conditionOf: (record: EntityMetadata) => string,
): Promise<Map<string, number>> {
  if (ends.length === 0) return new Map()
  const counts = ends.map(
    ({ record: { name, table }, record, column }) =>
      `SELECT '${name}' AS kind, COUNT(*) AS n FROM ${table} t WHERE t.organization_id = :organization AND t.${column} = :client${conditionOf(record)}`,
  )
  const rows = await scope.rows<{ kind: string; n: number | string }>(counts.join(' UNION ALL '), {
    client,
    ...parameters,
  })
  return new Map(rows.map(({ kind, n }) => [kind, Number(n)]))
}

/** Two records that refer to each other and would belong to two clients. */
export interface Crossing {
  kind: string
  id: string
  otherKind: string
  otherId: string
}

/** The first link between records of two clients, if there is one. */
export async function crossingOf(scope: ReadScope, one: string, other: string): Promise<Crossing | undefined> {
  const ends = clientEnds()
  const crossings = entities().flatMap(record => {
    const { table, name } = record
    const own = links(ends, record)
    const end = ends.find(each => each.record === record)
    const joined = (
      {
        column,
        end: {
          record: { table: target },
        },
      }: (typeof own)[number],
      alias: string,
    ) => `JOIN ${target} ${alias} ON ${alias}.organization_id = x.organization_id AND ${alias}.id = x.${column}`
    if (end) {
      return own.map(
        link => `SELECT '${name}' AS kind, x.id AS id, '${link.end.record.name}' AS otherKind, y.id AS otherId FROM ${table} x ${joined(link, 'y')}
        WHERE x.organization_id = :organization AND x.${end.column} IN (:one, :other) AND y.${link.end.column} <> x.${end.column}`,
      )
    }
    // A record that links two others, such as billed time.
    const [first, ...others] = own
    return first
      ? others.map(
          second => `SELECT '${first.end.record.name}' AS kind, y.id AS id, '${second.end.record.name}' AS otherKind, z.id AS otherId FROM ${table} x ${joined(first, 'y')} ${joined(second, 'z')}
      WHERE x.organization_id = :organization AND y.${first.end.column} IN (:one, :other) AND z.${second.end.column} <> y.${first.end.column}`,
        )
      : []
  })
  for (const sql of crossings) {
    const [found] = await scope.rows<Crossing>(`${sql} LIMIT 1`, { one, other })
    if (found) return found
  }
  return undefined
}
