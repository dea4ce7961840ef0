import { UserError } from '../user-error.js'
import { Archive } from './archive.js'
import { tooManyRows, tooMuchSharedText } from './file-error.js'
import { limits } from './limits.js'
import { SharedText } from './shared-text.js'
import { sheetRows, type RawRow } from './sheet.js'
import { lettersOfKinds, rowOf, type TableRow } from './table.js'
import { readWorkbook, type Workbook } from './workbook.js'
import { tooLong } from './xml.js'

export class Xlsx {
  private constructor(
    private readonly archive: Archive,
    private readonly workbook: Workbook,
  ) {}

  static async open(path: string): Promise<Xlsx> {
    const archive = await Archive.open(path)
    try {
      return new Xlsx(archive, await readWorkbook(archive))
    } catch (error) {
      archive.close()
      throw error
    }
  }

  close(): void {
    this.archive.close()
  }

  get sheets(): Workbook['sheets'] {
    return this.workbook.sheets
  }

  /** The sheet of a name, or the first. */
  sheet(name: string | null): Workbook['sheets'][number] {
    const sheet = this.sheets.find(sheet => name === null || sheet.name === name)
    if (sheet) return sheet
    throw new UserError(
      'SHEET_UNKNOWN',
      `There is no sheet «${name}»: choose one of ${this.sheets.map(({ name }) => `«${name}»`).join(', ')}.`,
    )
  }

  /** The rows of a sheet that are not blank, as many at a time as come with a piece of the file. */
  async *rows({ part }: { part: string }): AsyncGenerator<TableRow[]> {
    const shared = new SharedText(this.archive.bytes(this.workbook.sharedText))
    let count = 0
    try {
      for await (const raw of sheetRows(this.archive.bytes(part), this.workbook.formats, this.workbook.from1904)) {
        await shared.readTo(highestText(raw))
        const rows = raw.flatMap(({ number, cells, kinds }) => {
          const row = rowOf(
            number,
            cells.map(cell => (typeof cell === 'number' ? shared.at(cell) : cell)),
          )
          const letters = row && lettersOfKinds(kinds)
          return !row ? [] : letters === undefined ? row : { ...row, kinds: letters }
        })
        count += rows.length
        if (count > limits.rows) throw tooManyRows()
        yield rows
      }
    } finally {
      await shared.close()
    }
  }

  /** Inflates everything, so that what is too large is refused before anybody waits for its rows. */
  async scan(): Promise<void> {
    for (const { part } of this.sheets) await scanPart(this.archive.bytes(part), 'row', limits.rowNumber, tooManyRows)
    await scanPart(this.archive.bytes(this.workbook.sharedText), 'si', limits.sharedTexts, tooMuchSharedText)
  }
}

const highestText = (rows: RawRow[]) =>
  rows.reduce(
    (highest, { cells }) =>
      cells.reduce<number>((most, cell) => (typeof cell === 'number' && cell > most ? cell : most), highest),
    -1,
  )

async function scanPart(
  bytes: AsyncIterable<Buffer>,
  name: string,
  most: number,
  refusal: () => UserError,
): Promise<void> {
  let [count, untagged, tag, before] = [0, 0, Buffer.alloc(0), Buffer.alloc(0)]
  for await (const chunk of bytes) {
    if (tag.length === 0)
      tag = Buffer.from(
        `<${/<(\w[\w.-]*:)?(worksheet|sst)\b/.exec(chunk.toString('latin1', 0, 4096))?.[1] ?? ''}${name}`,
      )
    const piece = Buffer.concat([before, chunk])
    for (let at = piece.indexOf(tag); at !== -1; at = piece.indexOf(tag, at + 1)) count++
    if (count > most) throw refusal()
    untagged = chunk.includes('<') ? chunk.length - chunk.lastIndexOf('<') : untagged + chunk.length
    if (untagged > limits.untaggedBytes) throw tooLong()
    before = piece.subarray(Math.max(0, piece.length - tag.length + 1))
  }
}
