import { rmSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Worker } from 'node:worker_threads'
import { makePrivateFile, makePrivateFolder } from '../lib/private-path.js'
import { startWorker } from '../lib/worker.js'
import { SqliteDatabase } from './libsql-driver.js'
import type { Sent } from './session.js'

const folderOf = (dataDir: string) => join(dataDir, 'staged')
/** The table of statements that do not just add rows, in their order. */
export const statementsTable = 'staged_statements'

/** An update found no row, or a statement broke a rule of the database. */
export interface Refusal {
  code: string
  message: string
}

export type StagedAnswer = { done: true } | { refused: Refusal }

/** A file beside the database in which writes wait. One short transaction moves all of them into the database. */
export class Stage {
  readonly path: string
  private worker: Worker | undefined

  constructor(dataDir: string) {
    makePrivateFolder(folderOf(dataDir))
    this.path = join(folderOf(dataDir), `${randomUUID()}.sqlite`)
    makePrivateFile(this.path)
  }

  /** Moves the rows in a thread of its own, since the statements are few and long. */
  async moveInto(path: string, synchronous: string): Promise<void> {
    this.worker = startWorker('staging-worker', import.meta.url, {
      workerData: { path, synchronous, stage: this.path },
      execArgv: [],
    })
    const [answer] = (await once(this.worker, 'message')) as [StagedAnswer] // it posts nothing else
    if ('refused' in answer) throw Object.assign(new Error(answer.refused.message), { code: answer.refused.code })
  }

  async remove() {
    if (this.worker && this.worker.threadId !== -1) await once(this.worker, 'exit')
    rmSync(this.path, { force: true })
  }
}

/** Removes the stages of servers that were killed. The caller has to hold the database alone. */
export function removeStages(dataDir: string) {
  rmSync(folderOf(dataDir), { recursive: true, force: true })
}

/** A connection that reads the database and writes into a stage. It does not read what it writes. */
export const stagingDriver = (stage: Stage) =>
  class extends SqliteDatabase {
    private readonly stage = new SqliteDatabase(stage.path, {})
    private readonly tables = new Set<string>()

    constructor(path: string, options: { timeout?: number }) {
      super(path, options)
      this.stage.exec(
        `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192; CREATE TABLE ${statementsTable} (sql TEXT, parameters TEXT)`,
      )
    }

    override send(sql: string, values: readonly unknown[], asLists: boolean): Sent {
      if (/^(SELECT|PRAGMA)\b/i.test(sql)) return super.send(sql, values, asLists)
      const [, table] =
        /^(?:INSERT|REPLACE) INTO `?(\w+)`? \([^()]*\) VALUES (?!.*\b(?:SELECT|ON CONFLICT)\b)/s.exec(sql) ?? []
      if (table) {
        this.makeTable(table)
        return this.stage.send(sql, values, asLists)
      }
      const keep = `INSERT INTO ${statementsTable} (sql, parameters) VALUES (?, ?)`
      return { ...this.stage.send(keep, [sql, JSON.stringify(values)], asLists), affected: 1 }
    }

    override close() {
      this.stage.close()
      super.close()
    }

    /**
     * Makes a table with the same columns, so that values are stored in the same way. Its rows lie in the order of the
     * same key: words come in any order, and moving them sorted takes a third of the time.
     */
    private makeTable(table: string) {
      if (this.tables.has(table)) return
      const columns = this.pragma(`table_info("${table}")`) as { name: string; type: string; pk: number }[] // as SQLite tells them
      const key = columns
        .filter(({ pk }) => pk > 0)
        .sort((a, b) => a.pk - b.pk)
        .map(({ name }) => `"${name}"`)
      this.stage.exec(
        `CREATE TABLE ${table} (${columns.map(({ name, type }) => `"${name}" ${type}`).join(', ')}, PRIMARY KEY (${key.join(', ')})) WITHOUT ROWID`,
      )
      this.tables.add(table)
    }
  }
