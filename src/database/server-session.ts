import type * as Mysql2 from 'mysql2'
import type { Pool, PoolConnection, QueryError, ResultSetHeader } from 'mysql2'
import { load } from '../lib/load.js'
import { namingStatement, sessionOf, type Send, type Sent, type Session } from './session.js'
import type { StatementCounter } from './statement-counter.js'

/** How many statements a connection keeps prepared. Each takes memory here and on the server, for 30 connections. */
export const mostPrepared = 100

/** A statement with more values is one of very many rows, whose text hardly comes again. */
const mostValues = 1100

export interface Change {
  sql: string
  values: readonly unknown[]
}

type Callback = (error: QueryError | null, result: unknown) => void

/** Sends statements on one connection, such as those of a transaction. */
export const serverSession = (connection: PoolConnection, counter: StatementCounter): Session =>
  sessionOf(counter, sendOn(connection))

/** Sends each statement on a connection of its own. */
export const poolSession = (pool: Pool, counter: StatementCounter): Session =>
  sessionOf(counter, async (...sent) => {
    const connection = await takeConnection(pool)
    try {
      return await sendOn(connection)(...sent)
    } finally {
      connection.release()
    }
  })

export const sendOn =
  (connection: PoolConnection): Send =>
  (sql, values, rowsAsArray) =>
    new Promise<Sent>((resolve, reject) => {
      const done: Callback = (error, result) => {
        if (error) reject(refusal({ sql, values }, error))
        else if (Array.isArray(result)) resolve({ rows: result, affected: 0 })
        else resolve({ rows: [], affected: (result as ResultSetHeader).affectedRows }) // of what returns no rows
      }
      if (isPrepared(sql, values)) connection.execute({ sql, values: values.map(bound), rowsAsArray }, done)
      else connection.query({ sql, values: values.map(given), rowsAsArray }, done)
    })

/**
 * Sends changes in one packet. The server stops at the first that it refuses, and the error names that one. Where a
 * connection is lost without an answer, nobody knows how many were done, and the error names the last one.
 */
export const sendTogether = (connection: PoolConnection, changes: readonly Change[]): Promise<Sent> =>
  new Promise((resolve, reject) => {
    const sql = changes.map(change => change.sql).join(';\n')
    const values = changes.flatMap(change => change.values.map(given))
    let done = 0
    const sent = connection.query(sql, values, (error, results) => {
      const last = [results].flat().at(-1) as ResultSetHeader // of what returns no rows
      if (error) reject(refusal(changes['sqlState' in error ? done : changes.length - 1], error))
      else resolve({ rows: [], affected: last.affectedRows })
    })
    sent.on('result', () => done++)
  })

/** mysql2 names all that was sent, with the values of everybody in it. */
const refusal = (change: Change | undefined, error: QueryError) =>
  change ? namingStatement(change.sql, change.values, Object.assign(error, { sql: change.sql })) : error

/** Statements without values control a transaction, or come once. */
const isPrepared = (sql: string, { length }: readonly unknown[]) =>
  length > 0 && length <= (sql.startsWith('SELECT') ? mostValues : mostValues / 4)

const given = (value: unknown) => value ?? null

let longlong: typeof Mysql2.TypedParameter.LONGLONG | undefined

/** mysql2 would send an integer as a DOUBLE, which no LIMIT takes. */
function bound(value: unknown) {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return given(value)
  longlong ??= load<typeof Mysql2>('mysql2').TypedParameter.LONGLONG
  return longlong(value)
}

/** Takes a connection out of the pool; whoever takes it gives it back. */
export const takeConnection = (pool: Pool): Promise<PoolConnection> =>
  new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error) reject(error)
      else resolve(connection)
    })
  })
