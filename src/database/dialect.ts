import type { Session } from './session.js'

export type DialectName = 'sqlite' | 'mariadb' | 'mysql'

/** All that differs between the databases. */
export interface Dialect {
  name: DialectName
  /** Begins to read one unchanging view; only where nothing else reads on the connection. */
  beginSnapshot(session: Session): Promise<unknown>
  commit(session: Session): Promise<unknown>
  rollback(session: Session): Promise<unknown>
  /** Ends a SELECT whose rows this transaction is going to change. */
  forUpdate: string
  /** Stands between an INSERT and what the statement sets instead where a row has this key already. */
  onTaken(key: string): string
  /** The value that an INSERT brought for a column, in what the statement sets instead. */
  excluded(column: string): string
  /** What stands behind FROM to read `table` in the order of an index, and what is joined with it for each row. */
  inOrderOf(index: string, table: string, joined: string): string
  /** The function that gives the greatest of its arguments. */
  greatest: string
  /** A failure that another attempt of the whole transaction may not meet. */
  isTransient(error: unknown): boolean
  isUniqueViolation(error: unknown): boolean
  isForeignKeyViolation(error: unknown): boolean
  /** The record that a row refers to has gone since it was read; another attempt finds its successor. */
  isReferenceGone(error: unknown): boolean
  /** A sum is larger than the database can hold: on SQLite sums end at 2^63. */
  isOverflow(error: unknown): boolean
}

export const codeOf = (error: unknown): string => {
  const { driverError, code } = error as { driverError?: { code?: string }; code?: string } // TypeORM wraps the error of the driver
  return driverError?.code ?? code ?? ''
}

export const sqlite: Dialect = {
  name: 'sqlite',
  forUpdate: '',
  onTaken: key => `ON CONFLICT (${key}) DO UPDATE SET`,
  excluded: column => `excluded.${column}`,
  inOrderOf: (index, table, joined) => `${table} INDEXED BY ${index} CROSS JOIN ${joined}`,
  greatest: 'MAX',
  beginSnapshot: session => session.run('BEGIN'),
  commit: session => session.run('COMMIT'),
  rollback: session => session.run('ROLLBACK'),
  isTransient: error => codeOf(error).startsWith('SQLITE_BUSY'),
  isUniqueViolation: error => /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(codeOf(error)),
  // SQLite reports a refused RESTRICT as TRIGGER; we have no triggers.
  isForeignKeyViolation: error => /^SQLITE_CONSTRAINT_(FOREIGNKEY|TRIGGER)/.test(codeOf(error)),
  isReferenceGone: () => false, // writers wait in a queue: no record goes while one of them reads
  isOverflow: error => error instanceof Error && error.message.includes('integer overflow'),
}

const server = (name: 'mariadb' | 'mysql'): Dialect => ({
  name,
  forUpdate: ' FOR UPDATE',
  onTaken: () => 'ON DUPLICATE KEY UPDATE',
  excluded: column => `VALUES(${column})`,
  inOrderOf: (index, table, joined) => `${table} FORCE INDEX (${index}) STRAIGHT_JOIN ${joined}`,
  greatest: 'GREATEST',
  beginSnapshot: async session => {
    await session.run('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await session.run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY')
  },
  commit: session => session.run('COMMIT'),
  rollback: session => session.run('ROLLBACK'),
  isTransient: error => ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD'].includes(codeOf(error)),
  isUniqueViolation: error => codeOf(error) === 'ER_DUP_ENTRY',
  isForeignKeyViolation: error => ['ER_ROW_IS_REFERENCED_2', 'ER_NO_REFERENCED_ROW_2'].includes(codeOf(error)),
  isReferenceGone: error => codeOf(error) === 'ER_NO_REFERENCED_ROW_2',
  isOverflow: error => codeOf(error) === 'ER_DATA_OUT_OF_RANGE',
})

export const mariadb = server('mariadb')
export const mysql = server('mysql')
