import type { Logger } from 'typeorm'

/** Hears of every statement that TypeORM or a reading thread sends. */
export interface StatementListener {
  /** SQL statements sent so far, with the end of each transaction; its beginning takes no round trip. */
  statements: number
  /** The statements themselves, while a list is set. */
  trace: string[] | null
  /** Gets each statement with its values, while set. */
  onStatement: ((sql: string, values: readonly unknown[]) => void) | null
}

export class StatementCounter implements Logger {
  listener?: StatementListener

  logQuery(query: string, values: readonly unknown[] = []) {
    if (!this.listener) return
    this.listener.statements++
    this.listener.trace?.push(query)
    this.listener.onStatement?.(query, values)
  }

  logQueryError() {} // the error itself is thrown, and the request logs it
  logQuerySlow() {}
  logSchemaBuild() {}
  logMigration() {}
  log() {}
}
