import { guarded } from './formula.js'
import { decimalOf, type Cell, type Column, type Rows, type WriteOptions } from './column.js'

/** RFC 4180 in UTF-8. A missing value is empty, an empty text is `""`. */
export async function* writeCsv(columns: readonly Column[], pages: AsyncIterable<Rows>, { forPeople = false, spanish = false }: WriteOptions): AsyncGenerator<Uint8Array> {
  const delimiter = spanish ? ';' : ','
  const needsQuotes = spanish ? /[";\r\n]/ : /[",\r\n]/
  const quoted = (text: string) => (text === '' || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const text = forPeople ? (value: Cell) => quoted(guarded(String(value))) : (value: Cell) => quoted(String(value))
  const plain = (value: Cell) => String(value)
  const decimal = spanish ? (value: Cell) => String(value).replace('.', ',') : plain
  const spell = columns.map(({ type }) => (type === 'text' ? text : decimalOf(type) ? decimal : plain))
  // A line without anything would be none to many readers.
  const empty = columns.length === 1 ? '""' : ''

  const line = (row: readonly Cell[]) => {
    let made = ''
    for (const [at, write] of spell.entries()) {
      const value = row[at] ?? null
      made += `${at > 0 ? delimiter : ''}${value === null ? empty : write(value)}`
    }
    return `${made}\r\n`
  }
  yield Buffer.from(`${spanish ? '\uFEFF' : ''}${columns.map(({ name }) => quoted(name)).join(delimiter)}\r\n`)
  for await (const rows of pages) if (rows.length > 0) yield Buffer.from(rows.map(line).join(''))
}
