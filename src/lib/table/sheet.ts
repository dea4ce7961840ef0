import { numberText } from './cell-number.js'
import { CellText } from './cell-text.js'
import { damaged, tooLarge, tooManyColumns } from './file-error.js'
import { limits } from './limits.js'
import { type CellKind } from './table.js'
import { type CellStyle } from './workbook.js'
import { listen, type Attributes } from './xml.js'

/** A number stands for a text that cells share. */
export interface RawRow {
  number: number
  cells: (string | number)[]
  kinds: CellKind[]
}

const plainStyle: CellStyle = { format: 'NUMBER', percentage: false }

/** The rows of a sheet in which something stands, as many at a time as come with a piece of it. */
export async function* sheetRows(
  bytes: AsyncIterable<Buffer>,
  formats: readonly CellStyle[],
  from1904: boolean,
): AsyncGenerator<RawRow[]> {
  const sheet = new Sheet(formats, from1904)
  for await (const piece of listen(bytes, sheet)) {
    void piece
    if (sheet.rows.length > 0) yield sheet.rows.splice(0)
    // Below the rows are only rules about them.
    if (sheet.ended) return
  }
}

class Sheet {
  readonly rows: RawRow[] = []
  ended = false
  private row: RawRow = { number: 0, cells: [], kinds: [] }
  private column = 0
  private tags = 0
  private type = ''
  private style = plainStyle
  private readonly written = new CellText()

  constructor(
    private readonly formats: readonly CellStyle[],
    private readonly from1904: boolean,
  ) {}

  open(name: string, attributes: Attributes): void {
    if (++this.tags > limits.tagsInRow)
      throw tooLarge(`Row ${Math.max(this.row.number, 1)} is far too long`, 'delete what is not part of the table')
    if (name === 'row') this.beginRow(attributes)
    else if (name === 'c') this.beginCell(attributes)
    else this.written.open(name)
  }

  text(text: string): void {
    this.written.add(text)
  }

  close(name: string): void {
    if (name === 'c') this.endCell()
    else if (name === 'row') this.endRow()
    else if (name === 'sheetData') this.ended = true
    else this.written.close(name)
  }

  private beginRow({ r }: Attributes): void {
    const number = r === undefined ? this.row.number + 1 : Number(r)
    if (!(number > this.row.number && number <= limits.rowNumber))
      throw damaged('The rows of a sheet are not in their order')
    this.row = { number, cells: [], kinds: [] }
    this.column = this.tags = 0
  }

  private beginCell({ r, t = 'n', s }: Attributes): void {
    this.column = r === undefined ? this.column + 1 : columnOf(r)
    this.type = t
    this.style = this.formats[Number(s ?? 0)] ?? plainStyle
    this.written.begin()
  }

  private endCell(): void {
    const value = this.value(this.written.value)
    if (value === '') return
    if (this.column > limits.columns) throw tooManyColumns(this.row.number)
    const { cells, kinds } = this.row
    while (cells.length < this.column - 1) {
      cells.push('')
      kinds.push('TEXT')
    }
    cells[this.column - 1] = value
    kinds[this.column - 1] = this.kind
  }

  private get kind(): CellKind {
    if (this.type === 'e') return 'ERROR'
    if (this.type !== 'n' || (typeof this.style.format === 'string' && this.style.format !== 'NUMBER')) return 'TEXT'
    return this.style.percentage ? 'PERCENTAGE' : 'NUMBER'
  }

  private value(text: string): string | number {
    if (text === '') return ''
    if (this.type === 's') return sharedIndex(text)
    if (this.type === 'b') return text === '1' || text === 'true' ? 'TRUE' : 'FALSE'
    if (this.type === 'n') return numberText(text, this.style.format, this.from1904)
    // Strict XLSX files store days as ISO 8601.
    return this.type === 'd' && this.style.format === 'DAY' ? text.slice(0, 10) : text
  }

  private endRow(): void {
    if (this.row.cells.length > 0) this.rows.push(this.row)
  }
}

function sharedIndex(text: string): number {
  const index = Number(text)
  if (!Number.isInteger(index) || index < 0) throw damaged('The file refers to a text that it does not have')
  return index
}

/** `AB12` → 28. */
function columnOf(reference: string): number {
  let column = 0
  for (let at = 0; at < reference.length; at++) {
    const letter = reference.charCodeAt(at) & ~32
    if (letter < 65 || letter > 90) break
    column = column * 26 + letter - 64
  }
  return column
}
