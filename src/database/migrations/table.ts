import { batchesOf } from '../../lib/batches.js'
import { Table, TableForeignKey, TableIndex, type QueryRunner } from 'typeorm'

/** `varchar(200)`, `bigint`, `date` …, followed by ` null` where the column may be empty. */
export type ColumnText = string

/** A table as migrations describe it, the same for every database. */
export interface TableText {
  name: string
  /** By name; the column `id` is the primary key unless `primary` names others. */
  columns: Record<string, ColumnText>
  /** Columns that order the rows, so that a range of them lies together. */
  primary?: string[]
  /** Columns by index name. */
  unique?: Record<string, string[]>
  indices?: Record<string, string[]>
  /** Referred tables by column. */
  foreignKeys?: Record<string, string>
}

export async function createTable(
  runner: QueryRunner,
  { name, columns, primary, unique = {}, indices = {}, foreignKeys = {} }: TableText,
) {
  const index =
    (isUnique: boolean) =>
    ([indexName, columnNames]: [string, string[]]) =>
      new TableIndex({ name: indexName, columnNames, isUnique })
  const native: Record<string, string> =
    runner.connection.options.type === 'better-sqlite3' ? { int: 'integer' } : { boolean: 'tinyint' }
  await runner.createTable(
    new Table({
      name,
      withoutRowid: primary !== undefined,
      columns: Object.entries(columns).map(([column, text]) => {
        const [, type = '', size, nullable] = /^(\w+)(?:\((\d+)\))?( null)?$/.exec(text) ?? []
        const length = type === 'varchar' ? size : undefined
        const precision = type === 'datetime' ? Number(size) : undefined
        return {
          name: column,
          type: native[type] ?? type,
          length,
          precision,
          isNullable: Boolean(nullable),
          isPrimary: primary ? primary.includes(column) : column === 'id',
        }
      }),
      indices: [...Object.entries(unique).map(index(true)), ...Object.entries(indices).map(index(false))],
      foreignKeys: Object.entries(foreignKeys).map(
        ([column, table]) =>
          new TableForeignKey({
            name: `fk_${name}_${column}`,
            columnNames: [column],
            referencedTableName: table,
            referencedColumnNames: ['id'],
            onDelete: 'RESTRICT',
            onUpdate: 'RESTRICT',
          }),
      ),
    }),
  )
}

/** All rows of a table, in batches in the order of their ids. `columns` is written as in a SELECT. */
export const rowsOf = <T extends { id?: unknown } = Record<string, unknown>>(
  runner: QueryRunner,
  { table, columns = '*', size }: { table: string; columns?: string; size: number },
): AsyncGenerator<T[]> =>
  batchesOf(
    '',
    size,
    last =>
      runner.query(`SELECT ${columns} FROM ${table} WHERE id > ? ORDER BY id LIMIT ${size}`, [last]) as Promise<T[]>, // what was selected
    ({ id }) => String(id),
  )
