import type { Cell, Column, Rows } from './column.js'

/** One JSON object a line, all columns in each; decimals are strings, so that they stay exact. */
export async function* writeJsonl(columns: readonly Column[], pages: AsyncIterable<Rows>): AsyncGenerator<Uint8Array> {
  const names = columns.map(({ name }) => `${JSON.stringify(name)}:`)
  const line = (row: readonly Cell[]) => {
    let made = '{'
    for (const [at, name] of names.entries()) made += `${at > 0 ? ',' : ''}${name}${JSON.stringify(row[at] ?? null)}`
    return `${made}}\n`
  }
  for await (const rows of pages) if (rows.length > 0) yield Buffer.from(rows.map(line).join(''))
}
