import { createConnection, type Connection } from 'mysql2/promise'
import { unavailable } from '../graphql/errors.js'
import { settleCollation } from './collation.js'
import { addressOf, dialectOf, type DatabaseLocation } from './data-source.js'

/** A database of a server that is restored: one connection, whatever the database has in it. */
export class ServerTarget {
  private constructor(private readonly connection: Connection, private readonly location: DatabaseLocation) {}

  static async open(location: DatabaseLocation): Promise<ServerTarget> {
    const { username, ...address } = addressOf(location)
    const connection = await createConnection({ ...address, user: username, charset: 'utf8mb4', connectTimeout: 10_000 }).catch((error: unknown) => {
      throw unavailable(`The database server cannot be reached: ${error instanceof Error ? error.message : String(error)}`)
    })
    return new ServerTarget(connection, location)
  }

  async tables(): Promise<string[]> {
    return (await this.ask("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1")).map(({ name }) => name ?? '')
  }

  /** How many others are connected, such as servers. */
  async others(): Promise<number> {
    const [row] = await this.ask('SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()')
    return Number(row?.count)
  }

  /** The table that tells of a database's version goes first: what is left without it nobody serves. */
  async dropTables() {
    await this.ask('SET SESSION FOREIGN_KEY_CHECKS = 0')
    for (const name of versionLast(await this.tables()).toReversed()) await this.ask(`DROP TABLE \`${name}\``)
    await this.ask('SET SESSION FOREIGN_KEY_CHECKS = 1')
  }

  settleCollation() {
    return settleCollation(dialectOf(this.location), sql => this.ask(sql))
  }

  close() {
    return this.connection.end()
  }

  private async ask(sql: string): Promise<Record<string, string>[]> {
    const [rows] = await this.connection.query(sql)
    return rows as Record<string, string>[] // of what is selected here
  }
}

/** A dump that is broken off has no version, so that nobody serves what it made. */
export const versionLast = (tables: readonly string[]) => [...tables.filter(name => name !== 'migrations'), ...tables.filter(name => name === 'migrations')]
