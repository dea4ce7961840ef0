import { parentPort, workerData } from 'node:worker_threads'
import { SqliteDatabase } from './libsql-driver.js'
import { statementsTable, type StagedAnswer } from './staging.js'

// Moves the rows of a stage into the database. Others read meanwhile, and wait to write.

const port = parentPort! // eslint-disable-line @typescript-eslint/no-non-null-assertion -- this file runs as a worker only.
const { path, synchronous, stage } = workerData as { path: string; synchronous: string; stage: string } // given by Stage

// Another program may be writing: we wait for it here, where nobody is held up.
const database = new SqliteDatabase(path, { timeout: 15_000 })

function move(): StagedAnswer {
  try {
    database.exec(
      `PRAGMA foreign_keys = ON; PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 0`,
    )
    database.prepare('ATTACH ? AS stage').run(stage)
    database.exec('BEGIN IMMEDIATE')
    for (const { sql, parameters } of database
      .prepare(`SELECT sql, parameters FROM stage.${statementsTable} ORDER BY rowid`)
      .all() as { sql: string; parameters: string }[]) {
      // as they were staged
      const { changes } = database.prepare(sql).run(...(JSON.parse(parameters) as string[])) // texts and numbers
      if (sql.startsWith('UPDATE') && changes !== 1)
        return {
          refused: {
            code: 'CHANGED_MEANWHILE',
            message: 'Another writer has changed one of the rows meanwhile; try again.',
          },
        }
    }
    for (const { name } of database
      .prepare("SELECT name FROM stage.sqlite_schema WHERE type = 'table' AND name <> ? ORDER BY rowid")
      .all(statementsTable) as { name: string }[])
      database.exec(moving(name)) // as selected
    database.exec('COMMIT')
    return { done: true }
  } catch (error) {
    const { code = '', message = String(error) } = error as { code?: string; message?: string } // libsql's errors have both
    return { refused: { code, message } }
  }
}

/** Changes take the position of this moment. */
const moving = (table: string) =>
  table === 'record_changes'
    ? "INSERT OR REPLACE INTO main.record_changes (organization_id, kind, record_id, position, deleted) SELECT s.organization_id, s.kind, s.record_id, p.position, s.deleted FROM stage.record_changes s JOIN main.record_changes p ON p.organization_id = s.organization_id AND p.kind = '' AND p.record_id = ''"
    : `INSERT INTO main.${table} SELECT * FROM stage.${table}`

const answer = move()
port.postMessage(answer)
// Otherwise the next writer would do it, and hold up its own thread.
if ('done' in answer) database.exec('PRAGMA wal_checkpoint(PASSIVE)')
database.close()
port.close()
