import { UserError } from '../user-error.js'
import { decimalOf, lettersOf, type Cell, type Column, type Rows, type WriteOptions } from './column.js'
import { Zip } from './zip.js'

export const sheetRows = 1_048_576
const longestText = 32_767
const exactDigits = 15
const namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
/** Styles by their place in `cellXfs`. */
const style = { date: 1, timestamp: 2, header: 3 }

const parts = {
  // The sheets are the parts with no type of their own: how many there are is known at the end.
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${types}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet ${namespace}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
}

/**
 * Writes a workbook by hand, which takes little code: libraries hold all of it in memory or write temporary files. Text
 * stays text, dates are dates, and a number that a spreadsheet would round (15 digits) is text.
 */
export async function* writeXlsx(
  columns: readonly Column[],
  pages: AsyncIterable<Rows>,
  { title = 'Sheet' }: WriteOptions,
): AsyncGenerator<Uint8Array> {
  const zip = new Zip()
  const part = (name: string, text: string) => zip.file(name, [`${declaration}${text}`])
  for (const [name, text] of Object.entries(parts)) yield* part(name, text)
  const source = new Source(pages[Symbol.asyncIterator]())
  const sheets: string[] = []
  try {
    do {
      sheets.push(sheets.length === 0 ? title : `${title.slice(0, 25)} ${sheets.length + 1}`)
      yield* zip.file(`xl/worksheets/sheet${sheets.length}.xml`, sheetOf(columns, source))
    } while (await source.hasMore())
  } finally {
    await source.close()
  }
  const listed = sheets.map(
    (name, at) =>
      `<sheet name="${escaped(name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31))}" sheetId="${at + 1}" r:id="rId${at + 2}"/>`,
  )
  yield* part(
    'xl/workbook.xml',
    `<workbook ${namespace} xmlns:r="${relations}"><sheets>${listed.join('')}</sheets></workbook>`,
  )
  const links = sheets.map(
    (_name, at) =>
      `<Relationship Id="rId${at + 2}" Type="${relations}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
  )
  yield* part(
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/styles" Target="styles.xml"/>${links.join('')}</Relationships>`,
  )
  yield zip.end()
}

/** Rows in portions, so that a sheet can end within a page. */
class Source {
  private rows: Rows = []

  constructor(private readonly pages: AsyncIterator<Rows>) {}

  async hasMore(): Promise<boolean> {
    while (this.rows.length === 0) {
      const next = await this.pages.next()
      if (next.done) return false
      this.rows = next.value
    }
    return true
  }

  take(most: number): Rows {
    const taken = this.rows.slice(0, most)
    this.rows = this.rows.slice(most)
    return taken
  }

  async close() {
    await this.pages.return?.()
  }
}

async function* sheetOf(columns: readonly Column[], source: Source): AsyncGenerator<string> {
  const letters = columns.map((_column, at) => lettersOf(at + 1))
  const spell = columns.map(cellWriter)
  yield `${declaration}<worksheet ${namespace}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
  yield `<row r="1">${columns.map(({ name }, at) => `<c r="${letters[at]}1" s="${style.header}" t="inlineStr"><is><t xml:space="preserve">${escaped(name)}</t></is></c>`).join('')}</row>`
  let number = 1
  while (number < sheetRows && (await source.hasMore())) {
    let made = ''
    for (const row of source.take(Math.min(1000, sheetRows - number))) {
      number++
      made += `<row r="${number}">`
      for (const [at, write] of spell.entries()) {
        const value = row[at] ?? null
        if (value !== null) made += `<c r="${letters[at]}${number}"${write(value)}</c>`
      }
      made += '</row>'
    }
    yield made
  }
  yield '</sheetData></worksheet>'
}

type CellWriter = (value: Cell) => string

const text: CellWriter = value => {
  const given = String(value)
  if (given.length > longestText)
    throw new UserError(
      'TEXT_TOO_LONG',
      `A cell of a workbook holds at most ${longestText} characters; choose another format.`,
    )
  return ` t="inlineStr"><is><t xml:space="preserve">${escaped(given)}</t></is>`
}
const numeric: CellWriter = value => (digitsOf(String(value)) > exactDigits ? text(value) : `><v>${value}</v>`)
const day: CellWriter = value => dated(value, style.date)
const instant: CellWriter = value => dated(value, style.timestamp)

// Before March 1900 spreadsheets count a day that never existed.
function dated(value: Cell, as: number): string {
  const days = (Date.parse(String(value)) - Date.UTC(1899, 11, 30)) / 86_400_000
  return days < 61 ? text(value) : ` s="${as}"><v>${days}</v>`
}

function cellWriter({ type }: Column): CellWriter {
  if (type === 'integer' || decimalOf(type)) return numeric
  if (type === 'boolean') return value => ` t="b"><v>${value === true ? 1 : 0}</v>`
  return type === 'date' ? day : type === 'timestamp' ? instant : text
}

const digitsOf = (number: string) => number.replace(/[-.]/g, '').replace(/^0+/, '').length

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
// XML has no place for control characters and half surrogates, and takes \r\n for \n: workbooks spell them _x000D_.
const unspeakable =
  /[\0-\x08\x0b-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|_(?=x[\da-fA-F]{4}_)/g // eslint-disable-line no-control-regex -- they are what it is about

const escaped = (value: string) =>
  value
    .replace(unspeakable, character => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replace(/[&<>"]/g, mark => marks[mark] ?? mark)
