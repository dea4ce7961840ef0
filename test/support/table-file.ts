import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recognise } from '../../src/lib/table/recognise.js'
import { batchesOf } from '../../src/lib/table/rows.js'
import { type TableLayout, type Recognised, type TableRow } from '../../src/lib/table/table.js'

/** Files that are read in this thread, so that a test can read a thousand of them. */
export class TableFiles {
  private readonly folder = mkdtempSync(join(tmpdir(), 'clientela-table-'))

  write(content: string | Buffer): string {
    const path = join(this.folder, 'table')
    writeFileSync(path, content)
    return path
  }

  async recognise(content: string | Buffer, given: Partial<TableLayout> = {}): Promise<Recognised> {
    return recognise(this.write(content), given)
  }

  /** Returns what a caller reads who takes the file as recognised, without the kinds of cells. */
  async rows(content: string | Buffer, given: Partial<TableLayout> = {}): Promise<TableRow[]> {
    return (await this.wholeRows(content, given)).map(({ number, cells }) => ({ number, cells }))
  }

  async wholeRows(content: string | Buffer, given: Partial<TableLayout> = {}): Promise<TableRow[]> {
    return rowsOf(this.write(content), { ...(await this.recognise(content, given)) })
  }

  async cells(content: string | Buffer, given: Partial<TableLayout> = {}): Promise<string[][]> {
    return (await this.rows(content, given)).map(({ cells }) => cells)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

async function rowsOf(path: string, dialect: TableLayout): Promise<TableRow[]> {
  const rows: TableRow[] = []
  for await (const batch of batchesOf(path, dialect)) rows.push(...batch)
  return rows
}
