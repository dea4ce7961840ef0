import { textOf } from './encoding.js'
import { cellTooLong, damaged, rowTooLong, tooManyColumns, tooManyRows } from './file-error.js'
import { limits } from './limits.js'
import { rowOf, type Delimiter, type Encoding, type TableRow } from './table.js'

const QUOTE = 34
const LINE_FEED = 10
const RETURN = 13
/** This first line tells Excel the delimiter; Excel shows the next line as row 1. */
const DELIMITER_LINE = /^sep=(.)(\r\n|\r|\n)/i

export const namedDelimiter = (text: string) => DELIMITER_LINE.exec(text)?.[1]

/** Yields the rows of the file, as many at a time as each piece of it holds. */
export async function* csvRows(path: string, encoding: Encoding, delimiter: Delimiter): AsyncGenerator<TableRow[]> {
  const records = new Records(delimiter)
  let [number, count, first] = [0, 0, true]
  const rowsOf = (found: string[][]) =>
    found.flatMap(cells => {
      const row = rowOf(++number, cells)
      if (!row) return []
      check(row)
      if (++count > limits.rows) throw tooManyRows()
      return [row]
    })
  for await (const text of textOf(path, encoding)) {
    yield rowsOf(records.add(first ? text.replace(DELIMITER_LINE, '') : text))
    first = false
  }
  yield rowsOf(records.end())
}

function check({ number, cells }: TableRow): void {
  if (cells.length > limits.columns) throw tooManyColumns(number)
  if (cells.some(cell => cell.length > limits.cellCharacters)) throw cellTooLong(number)
}

/**
 * Splits text into records by one delimiter. A quote opens only at the beginning of a cell («12" pipe» is text). The
 * cell must end where the quote closes. Otherwise quotes are not doubled, or one was never closed, and rows would run
 * together unseen.
 */
export class Records {
  private rest = ''
  private number = 0

  constructor(private readonly delimiter: Delimiter) {}

  add(text: string): string[][] {
    return this.split(this.rest + text, false)
  }

  end(): string[][] {
    return this.split(this.rest, true)
  }

  /** Keeps a record that may go on in the next piece. */
  private split(text: string, final: boolean): string[][] {
    const found: string[][] = []
    let from = 0
    while (from < text.length) {
      const record = this.recordAt(text, from, final)
      if (!record) break
      found.push(record.cells)
      from = record.next
      this.number++
    }
    this.rest = text.slice(from)
    if (this.rest.length > limits.rowCharacters) throw rowTooLong(this.number + 1)
    return found
  }

  private recordAt(text: string, from: number, final: boolean): { cells: string[]; next: number } | undefined {
    const cells: string[] = []
    for (let at = from; ;) {
      const quoted = text.charCodeAt(at) === QUOTE
      const end = quoted ? this.closingQuote(text, at, final) : this.cellEnd(text, at)
      if (end === undefined) return undefined
      cells.push(quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end))
      at = quoted ? end + 1 : end
      if (text[at] === this.delimiter) {
        if (cells.length >= limits.emptyColumns) throw tooManyColumns(this.number + 1)
        at++
        continue
      }
      const code = text.charCodeAt(at)
      if (code === LINE_FEED) return { cells, next: at + 1 }
      // The character after a return decides whether the line ends with one character or two.
      if (at >= text.length - 1 && !final) return undefined
      if (code === RETURN) return { cells, next: text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1 }
      if (at >= text.length) return { cells, next: at }
      throw this.misquoted('has a quote inside quotes that is not doubled, or one that is never closed')
    }
  }

  private cellEnd(text: string, from: number): number {
    const delimiter = this.delimiter.charCodeAt(0)
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === delimiter || code === LINE_FEED || code === RETURN) return at
    }
    return text.length
  }

  private closingQuote(text: string, opening: number, final: boolean): number | undefined {
    for (let at = text.indexOf('"', opening + 1); at !== -1; at = text.indexOf('"', at + 2)) {
      if (at === text.length - 1 && !final) return undefined
      if (text.charCodeAt(at + 1) !== QUOTE) return at
    }
    if (final || text.length - opening > limits.rowCharacters)
      throw this.misquoted('opens a quote that is never closed, or only far below')
    return undefined
  }

  private misquoted(problem: string) {
    return damaged(`Row ${this.number + 1} ${problem}`, 'fix the row, or save the table again in a spreadsheet program')
  }
}
