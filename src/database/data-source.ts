import { DataSource, DefaultNamingStrategy, type DataSourceOptions, type Logger } from 'typeorm'
import type * as Mysql2 from 'mysql2'
import type { ConnectionOptions, Pool, PoolConnection, PoolOptions } from 'mysql2'
import { join } from 'node:path'
import { load } from '../lib/load.js'
import { makePrivateFile, makePrivateFolder, restrict } from '../lib/private-path.js'
import { SqliteDatabase } from './libsql-driver.js'
import { Pulse } from './pulse.js'
import { mostPrepared } from './server-session.js'
import { ServerControl } from './server-control.js'
import { migrations } from './migrations/index.js'
import { MergedRecord } from './merged-record.js'
import { RecordChange } from './effects/change-log.js'
import { ClientFigures, FigureMark, OrganizationFigures } from './effects/kept-figures.js'
import { SearchEntry, SearchWord } from './effects/search-index.js'
import type { DialectName } from './dialect.js'
import { entityClasses } from '../model/entity-metadata.js'

export interface DatabaseLocation {
  /** Where the embedded database lives when there is no URL. */
  dataDir: string
  /** `mysql://…` or `mariadb://…` */
  url?: string
  /** Whether the embedded database waits at each commit until it is on the disk; the default is `full`. */
  synchronous?: 'full' | 'normal'
}

export const synchronousOf = ({ synchronous = 'full' }: DatabaseLocation) => synchronous

export function dialectOf({ url }: DatabaseLocation): DialectName {
  if (!url) return 'sqlite'
  return url.startsWith('mysql:') ? 'mysql' : 'mariadb'
}

export const sqliteFile = (location: DatabaseLocation) => join(location.dataDir, 'clientela.sqlite')

/**
 * Makes the folder and the file of the embedded database, which only their owner may read. SQLite gives the same rights
 * to the files beside it.
 */
export function makePrivateDatabase(location: DatabaseLocation) {
  makePrivateFolder(location.dataDir)
  makePrivateFile(sqliteFile(location))
  for (const beside of ['-wal', '-shm']) restrict(`${sqliteFile(location)}${beside}`, 0o600)
}

const common = (logger?: Logger) => ({
  entities: [
    ...entityClasses(),
    SearchEntry,
    SearchWord,
    MergedRecord,
    RecordChange,
    ClientFigures,
    FigureMark,
    OrganizationFigures,
  ],
  migrations,
  migrationsTransactionMode: 'each' as const,
  namingStrategy: new DefaultNamingStrategy(),
  logging: logger ? ('all' as const) : false,
  logger,
})

export function sqliteSource(
  location: DatabaseLocation,
  { opened, logger }: { opened?: (database: SqliteDatabase) => void; logger?: Logger } = {},
) {
  return new DataSource({
    ...common(logger),
    type: 'better-sqlite3',
    driver: SqliteDatabase,
    database: sqliteFile(location),
    enableWAL: true,
    timeout: 0,
    statementCacheSize: 300,
    prepareDatabase: (database: SqliteDatabase) => {
      // With NORMAL a power cut may lose the last commits, but it damages nothing.
      database.exec(
        `PRAGMA synchronous = ${synchronousOf(location)}; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY`,
      )
      opened?.(database)
    },
  })
}

/** A connection that only reads, with a cache of 64 MB. */
export function openReader(location: DatabaseLocation, type = SqliteDatabase): SqliteDatabase {
  const database = new type(sqliteFile(location), {})
  database.exec(
    `PRAGMA synchronous = ${synchronousOf(location)}; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON`,
  )
  return database
}

/** The pools of a server: one for reading, and one for transactions. */
export interface Pools {
  pool: Pool
  writers: Pool
  pulse: Pulse
}

const mostReaders = 20
/** How many transactions a server runs at a time. */
export const mostWriters = 10

const sessionSettings = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]
/** The first statement begins the transaction: to ask for one would be a round trip of its own. */
const writersSettings = [...sessionSettings, 'SET SESSION autocommit = 0']

/** Where the database of a server is, and as whom we log in. */
export function addressOf(location: DatabaseLocation) {
  const url = new URL(location.url ?? '')
  const socketPath = url.searchParams.get('socket')
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : 3306,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(socketPath ? { socketPath } : {}),
  }
}

/** `made` gets the pools as soon as there are any. */
export function serverSource(
  location: DatabaseLocation,
  { logger, made }: { logger?: Logger; made?: (pools: Pools) => void } = {},
) {
  const { socketPath, ...address } = addressOf(location)
  return new DataSource({
    ...common(logger),
    // Against MariaDB the type `mysql` reports differences of schema that are none.
    type: dialectOf(location) === 'mysql' ? 'mysql' : 'mariadb',
    driver: settled(made),
    ...address,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: ['DATE'],
    supportBigNumbers: true,
    bigNumberStrings: false,
    connectTimeout: 5000,
    poolSize: mostReaders,
    extra: { queueLimit: 1000, maxPreparedStatements: mostPrepared, ...(socketPath ? { socketPath } : {}) },
  } satisfies DataSourceOptions)
}

/**
 * mysql2 with pools that give every connection the same session before its first statement. TypeORM opens a connection
 * while it initialises: a listener set afterwards would leave that one at REPEATABLE READ.
 */
const settled = (made?: (pools: Pools) => void, mysql2 = load<typeof Mysql2>('mysql2')) => ({
  ...mysql2,
  createPool(options: PoolOptions): Pool {
    const pool = mysql2.createPool(options)
    const writers = mysql2.createPool({ ...options, connectionLimit: mostWriters, multipleStatements: true })
    made?.({ pool, writers, pulse: new Pulse([pool, writers], new ServerControl(alone(options))) })
    settle(pool, sessionSettings)
    settle(writers, writersSettings)
    return pool
  },
})

function settle(pool: Pool, statements: readonly string[]) {
  pool.on('connection', (connection: PoolConnection) => {
    for (const statement of statements)
      connection.query(statement, error => {
        if (error) connection.destroy()
      })
  })
}

/** The options of a connection outside a pool. */
const alone = ({ host, port, socketPath, user, password, database, ssl }: PoolOptions): ConnectionOptions => ({
  host,
  port,
  socketPath,
  user,
  password,
  database,
  ssl,
})
