import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection, type Connection } from 'mysql2/promise'
import { unavailable } from '../model/errors.js'
import { settleCollation } from './collation.js'
import { addressOf, dialectOf, type DatabaseLocation } from './data-source.js'

/** The table that tells of a database's version; one without it is served by nobody. */
const version = 'migrations'
/** Its name while a restore holds the database. */
const held = 'migrations_held'
/** How often a lost connection is made anew, a second apart: a server that was started again needs a moment. */
const attempts = 30

/** A database of a server that is restored: one connection at a time, whatever the database has in it. */
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

  /** How many others are connected, such as servers; a program that has just ended may be seen for a moment. */
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

  /** No server serves the database until it is let go. Tells whether it is whole, and not what a restore or a load left that was broken off. */
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

  /** The table that tells of a database's version goes first: what is left without it nobody serves. */
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

  /** Asks again where the connection was lost, as it may be while a dump or a load takes its time. */
  private async ask(sql: string): Promise<Record<string, string>[]> {
    for (let tries = 1; ; tries++) {
      try {
        this.connection ??= await connect(this.location)
        const [rows] = await this.connection.query(sql)
        return rows as Record<string, string>[] // of what is selected here
      } catch (error) {
        if (!isLost(error) || tries === attempts) throw error
        this.connection?.destroy()
        this.connection = undefined
        if (tries > 1) await sleep(1000)
      }
    }
  }
}

/** What follows a dump of a database that is held, so that it is served again once all of it is loaded. */
export const letGo = `RENAME TABLE ${held} TO ${version};\n`

const isVersion = (name: string) => name === version || name === held

/** A dump that is broken off has no version, so that nobody serves what it made. */
export const versionLast = (tables: readonly string[]) => [
  ...tables.filter(name => !isVersion(name)),
  ...tables.filter(isVersion),
]

async function connect(location: DatabaseLocation): Promise<Connection> {
  const { username, ...address } = addressOf(location)
  const connection = await createConnection({ ...address, user: username, charset: 'utf8mb4', connectTimeout: 10_000 })
  // Without a listener a connection that is lost while nobody asks would end this program; who asks next is told.
  connection.on('error', () => undefined)
  await connection.query('SET SESSION FOREIGN_KEY_CHECKS = 0') // also where it takes the place of a lost one
  return connection
}

function isLost(error: unknown): boolean {
  const { fatal, code = '' } = error as { fatal?: boolean; code?: string } // of mysql2
  return fatal === true || ['ER_CONNECTION_KILLED', 'ER_SERVER_SHUTDOWN'].includes(code)
}
