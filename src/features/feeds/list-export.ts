import type { ClassType } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { badInput } from '../../model/errors.js'
import { keptList } from '../../graphql/kept-list.js'
import { Archived, archivedCondition } from '../../graphql/record-input.js'
import type { Rows } from '../../lib/table/column.js'
import { chosenColumns, feedTables, inPortions, keepingFigures, pageSize, refuseColumns } from './feed.js'
import { deletedAt, type Asked, type FeedTable, type RowsOf } from './feed-table.js'
import { entities } from '../../model/entity-metadata.js'
import { isListed, type ListArguments } from '../../graphql/list.js'
import type { Row } from '../../model/field-definition.js'

/** The lists that take `archived` in GraphQL as well. */
const archivable = new Set(['clients', 'projects'])

/** Which records of a list, and in which order: as its arguments in GraphQL, those of a type of the schema as JSON. */
export interface ListChoice {
  filter: object | null
  orderBy: object | null
  savedViewId?: string
  archived?: string
}

/** The tables that can be asked for as a list: those of records that GraphQL lists, the clients' with their figures. */
export function listTables(): FeedTable[] {
  const tables = feedTables()
  const summaries = tables.find(({ name }) => name === 'client-summaries')
  return tables
    .filter(table => typeOf(table) !== undefined)
    .map(table => ({ ...table, columns: table.columns.filter(column => column !== deletedAt) }))
    .map(table => (table.name === 'clients' && summaries ? withFigures(table, summaries) : table))
}

/** The columns of a list where none are named: figures have to be asked for. */
export function usualColumns(ctx: Context, { name }: FeedTable): string[] {
  const table = feedTables().find(each => each.name === name)
  return table
    ? chosenColumns(ctx, table, undefined)
        .filter(column => column !== deletedAt)
        .map(column => column.name)
    : []
}

function typeOf({ name, partKind }: FeedTable): ClassType<Row> | undefined {
  const type =
    partKind === undefined ? entities().find(({ table }) => table.replaceAll('_', '-') === name)?.type : undefined
  return type && isListed(type) ? type : undefined
}

function withFigures(clients: FeedTable, summaries: FeedTable): FeedTable {
  const known = new Set(clients.columns.map(({ name }) => name))
  const figures = summaries.columns.filter(
    column => !known.has(column.name) && column !== deletedAt && column.name !== summaries.belongsBy,
  )
  return {
    ...clients,
    columns: [...clients.columns, ...figures],
    async rows(scope, ids, asked) {
      const parts = [clients, summaries].map((table, at) => ({
        table,
        columns: asked.columns.filter(({ name }) => known.has(name) === (at === 0)),
      }))
      const read: RowsOf[] = []
      for (const { table, columns } of parts)
        read.push(columns.length === 0 ? () => [] : await table.rows(scope, ids, { ...asked, columns }))
      const places = asked.columns.map(column => {
        const part = known.has(column.name) ? 0 : 1
        return { part, at: parts[part]?.columns.indexOf(column) ?? -1 }
      })
      return id => {
        const rows = read.map(rowsOf => rowsOf(id)[0])
        return [places.map(({ part, at }) => rows[part]?.[at] ?? null)]
      }
    },
  }
}

export interface ListExport {
  /** How many rows will come. */
  count: number
  pages: AsyncGenerator<Rows>
}

/** How many rows `openList` would give, counted without reading them. */
export async function countList(ctx: Context, table: FeedTable, asked: Asked, choice: ListChoice): Promise<number> {
  const { type, given, options } = chosenList(ctx, table, asked, choice)
  ctx.allow('export')
  return (await ctx.page(type, given, options)).count()
}

/**
 * Begins to read a list as it is filtered and ordered, in one view of the database. The caller has to read it to its
 * end or to `return` it.
 */
export async function openList(ctx: Context, table: FeedTable, asked: Asked, choice: ListChoice): Promise<ListExport> {
  const { type, given, options } = chosenList(ctx, table, asked, choice)
  const stream = ctx.streamList(type, given, ['export'], options, async function* (scope, ids): AsyncGenerator<
    Rows | number
  > {
    yield ids.length
    for (let from = 0; from < ids.length; from += pageSize) {
      const page = ids.slice(from, from + pageSize)
      yield* inPortions(page, await table.rows(scope, page, keepingFigures(ctx, asked)))
    }
  })
  const first = await stream.next()
  if (first.done || typeof first.value !== 'number') throw new Error('A list begins with its count.')
  return { count: first.value, pages: stream as AsyncGenerator<Rows> } // after the count there are pages only
}

/** The arguments of the list in GraphQL; refuses columns that the key may not read. */
function chosenList(
  ctx: Context,
  table: FeedTable,
  asked: Asked,
  { filter, orderBy, savedViewId, archived = 'EXCLUDE' }: ListChoice,
) {
  const type = typeOf(table)
  if (!type) throw new Error(`${table.name} is no list.`)
  if (!Object.hasOwn(Archived, archived)) throw badInput(`archived must be one of ${Object.keys(Archived).join(', ')}.`)
  refuseColumns(ctx, table, asked.columns)
  const given: ListArguments = { ...keptList(type, { filter, orderBy }), savedViewId, asOf: asked.asOf }
  const conditions = archivable.has(table.name) ? archivedCondition(Archived[archived as keyof typeof Archived]) : [] // as just looked
  return { type, given, options: { conditions, dated: table.name === 'clients' } }
}
