import { QueryFailedError } from 'typeorm'
import type { StatementCounter } from './statement-counter.js'

/** Sends statements, whatever the database. Values are scalars, and an instant is a text (`stored`). */
export interface Session {
  /** The rows as lists of values, in the order of the statement's columns. */
  lists(sql: string, values?: readonly unknown[]): Promise<unknown[][]>
  /** The rows as objects. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the caller knows its columns
  query<T = any>(sql: string, values?: readonly unknown[]): Promise<T>
  /** Returns how many rows the statement found to change. */
  run(sql: string, values?: readonly unknown[]): Promise<number>
  /** For a change of whose result nobody asks: on a server a transaction sends it with the next statement. */
  put(sql: string, values?: readonly unknown[]): Promise<void>
}

/** The rows of a statement, or what it changed. */
export interface Sent {
  rows: unknown[]
  affected: number
}

/** How one database sends a statement; with `asLists` each row is the list of its values. */
export type Send = (sql: string, values: readonly unknown[], asLists: boolean) => Promise<Sent>

/** Counts statements before they are sent, and names the statement in each failure. */
export function sessionOf(counter: StatementCounter, send: Send, put: Send = send): Session {
  const counted =
    (way: Send): Send =>
    async (sql, values, asLists) => {
      counter.logQuery(sql, values)
      try {
        return await way(sql, values, asLists)
      } catch (error) {
        throw namingStatement(sql, values, error)
      }
    }
  const [sent, kept] = [counted(send), counted(put)]
  return {
    lists: async (sql, values = []) => (await sent(sql, values, true)).rows as unknown[][], // as asked
    query: async <T>(sql: string, values: readonly unknown[] = []) => (await sent(sql, values, false)).rows as T, // the caller knows its columns
    run: async (sql, values = []) => (await sent(sql, values, true)).affected,
    put: async (sql, values = []) => {
      await kept(sql, values, true)
    },
  }
}

/** Names the statement that the database refused; an operation that is over has an error of its own. */
export const namingStatement = <E>(sql: string, values: readonly unknown[], error: E) =>
  isOfDriver(error) ? new QueryFailedError(sql, [...values], error) : error

const isOfDriver = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && !('extensions' in error) && !(error instanceof QueryFailedError)

/** A value in the form that both databases take, which is also the form of TypeORM's columns. */
export function stored(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '')
  return typeof value === 'object' ? JSON.stringify(value) : value
}
