import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection, type Connection } from 'mysql2/promise'
import { unavailable } from '../model/errors.js'
import { settleCollation } from './collation.js'
import { addressOf, dialectOf, type DatabaseLocation } from './data-source.js'

/** The table that holds the version of a database. No server serves a database without it. */
const version = 'migrations'
/** The name of that table while a restore holds the database. */
const held = 'migrations_held'
/** How often a lost connection is opened again, a second apart: a server that was started again needs a moment. */
const attempts = 30

/** The database of a server that a restore writes: it uses one connection at a time. */
export class ServerTarget {
  private constructor(
    private readonly location: DatabaseLocation,
    private connection: Connection | undefined,
  ) {}

  static async open(location: DatabaseLocation): Promise<ServerTarget> {
    return new ServerTarget(
      location,
      await connect(location).catch((error: unknown) => {
        throw unavailable(
          `The database server cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
        )
      }),
    )
  }

  async tables(): Promise<string[]> {
    const rows = await this.ask(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1",
    )
    return rows.map(({ name }) => name ?? '')
  }

  /** How many others are connected, such as servers. A program that has just ended may still count for a moment. */
  async others(): Promise<number> {
    for (let tries = 1; ; tries++) {
      const [row] = await this.ask(
        'SELECT COUNT(*) AS count FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()',
      )
      const count = Number(row?.count)
      if (count === 0 || tries === 10) return count
      await sleep(200)
    }
  }

  /** Keeps servers from the database. Returns whether it is complete, and no rest of a restore that broke off. */
  async hold(): Promise<boolean> {
    if ((await this.tables()).includes(version)) {
      await this.ask(`DROP TABLE IF EXISTS ${held}`)
      await this.ask(`RENAME TABLE ${version} TO ${held}`)
    }
    if (!(await this.tables()).includes(held)) return false
    return (await this.ask(`SELECT 1 AS one FROM ${held} LIMIT 1`)).length > 0
  }

  async letGo() {
    if ((await this.tables()).includes(held)) await this.ask(letGo)
  }

  /** Drops the table with the version first: no server serves what is left without it. */
  async dropTables() {
    await this.ask('SET SESSION FOREIGN_KEY_CHECKS = 0')
    for (const name of versionLast(await this.tables()).toReversed()) await this.ask(`DROP TABLE IF EXISTS \`${name}\``)
  }

  settleCollation() {
    return settleCollation(dialectOf(this.location), sql => this.ask(sql))
  }

  async close() {
    await this.connection?.end().catch(() => undefined) // it may be lost already
  }

  /** Asks again where the connection was lost, which may happen during a long dump or load. */
  private async ask(sql: string): Promise<Record<string, string>[]> {
    for (let tries = 1; ; tries++) {
      try {
        this.connection ??= await connect(this.location)
        const [rows] = await this.connection.query(sql)
        return rows as Record<string, string>[] // as selected here
      } catch (error) {
        if (!isLost(error) || tries === attempts) throw error
        this.connection?.destroy()
        this.connection = undefined
        if (tries > 1) await sleep(1000)
      }
    }
  }
}

/** Ends the dump of a held database, so that servers serve it again once all of it is loaded. */
export const letGo = `RENAME TABLE ${held} TO ${version};\n`

const isVersion = (name: string) => name === version || name === held

/** A dump that broke off has no version, so no server serves what it loaded. */
export const versionLast = (tables: readonly string[]) => [
  ...tables.filter(name => !isVersion(name)),
  ...tables.filter(isVersion),
]

async function connect(location: DatabaseLocation): Promise<Connection> {
  const { username, ...address } = addressOf(location)
  const connection = await createConnection({ ...address, user: username, charset: 'utf8mb4', connectTimeout: 10_000 })
  // Without a listener, a connection that is lost while idle would end this program. The next statement gets the error.
  connection.on('error', () => undefined)
  await connection.query('SET SESSION FOREIGN_KEY_CHECKS = 0') // also on a connection that replaces a lost one
  return connection
}

function isLost(error: unknown): boolean {
  const { fatal, code = '' } = error as { fatal?: boolean; code?: string } // of mysql2
  return fatal === true || ['ER_CONNECTION_KILLED', 'ER_SERVER_SHUTDOWN'].includes(code)
}
