import { guarded } from './formula.js'
import { inPieces } from './pieces.js'
import { decimalOf, type Cell, type Column, type Rows, type WriteOptions } from './column.js'

/** RFC 4180 in UTF-8. A missing value is empty, an empty text is `""`. */
export function writeCsv(
  columns: readonly Column[],
  pages: AsyncIterable<Rows>,
  { forPeople = false, spanish = false }: WriteOptions,
): AsyncGenerator<Uint8Array> {
  const delimiter = spanish ? ';' : ','
  const needsQuotes = spanish ? /[";\r\n]/ : /[",\r\n]/
  const quoted = (text: string) => (text === '' || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const text = forPeople ? (value: Cell) => quoted(guarded(String(value))) : (value: Cell) => quoted(String(value))
  const plain = (value: Cell) => String(value)
  const decimal = spanish ? (value: Cell) => String(value).replace('.', ',') : plain
  // Many readers skip an empty line.
  const empty = columns.length === 1 ? '""' : ''
  const cells = columns.map(({ type }, at) => {
    const [before, spell] = [at > 0 ? delimiter : '', type === 'text' ? text : decimalOf(type) ? decimal : plain]
    return { spell: (value: Cell) => before + (value === null ? empty : spell(value)), isAscii: type !== 'text' }
  })
  return inPieces(
    `${spanish ? '\uFEFF' : ''}${columns.map(({ name }) => quoted(name)).join(delimiter)}\r\n`,
    pages,
    cells,
    '\r\n',
  )
}
