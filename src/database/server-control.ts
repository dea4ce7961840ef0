import type * as Mysql2 from 'mysql2'
import type { Connection, ConnectionOptions } from 'mysql2'
import { load } from '../lib/load.js'
import { NoAnswer } from './failure.js'

/** In milliseconds, to connect and to answer. */
const timeoutMilliseconds = 750

/** A connection beside the pool, which never waits for its statements. It asks after the server and ends statements. */
export class ServerControl {
  private connection: Connection | undefined

  constructor(private readonly options: ConnectionOptions) {}

  /** Throws where no answer comes in time, at the latest after twice the time-out. */
  async ask<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    const known = this.connection
    try {
      return await this.askOnce<T>(sql, values)
    } catch (error) {
      // The open connection may have been cut while nobody used it.
      if (!known || this.connection) throw error
      return this.askOnce<T>(sql, values)
    }
  }

  close() {
    this.drop()
  }

  private askOnce<T>(sql: string, values: unknown[]): Promise<T[]> {
    this.connection ??= this.connect()
    const { connection } = this
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.drop()
        reject(new NoAnswer('The database server did not answer.'))
      }, timeoutMilliseconds)
      connection.query(sql, values, (error, rows) => {
        clearTimeout(timer)
        if (!error)
          resolve(rows as T[]) // a SELECT's rows
        else {
          if (!('sqlState' in error) || error.fatal) this.drop()
          reject(error)
        }
      })
    })
  }

  private connect(): Connection {
    const { createConnection } = load<typeof Mysql2>('mysql2')
    const connection = createConnection({ ...this.options, connectTimeout: timeoutMilliseconds })
    connection.on('error', () => {
      if (this.connection === connection) this.drop()
    })
    return connection
  }

  private drop() {
    const { connection } = this
    this.connection = undefined
    connection?.destroy()
    streamOf(connection)?.destroy()
  }
}

/** The socket of a connection: mysql2's own `destroy` waits for the other side to close as well. */
export const streamOf = (connection: unknown) =>
  (connection as { stream?: { destroy(error?: Error): void } } | undefined)?.stream // mysql2 types it for nobody
