import { posix } from 'node:path'
import { type Archive } from './archive.js'
import { cellFormat, isPercentage, type CellFormat } from './cell-format.js'
import { damaged, notATable, oldType, tooLarge } from './file-error.js'
import { limits } from './limits.js'
import { listenToAll, type Attributes } from './xml.js'

export interface Workbook {
  /** Visible sheets come first. */
  sheets: { name: string; part: string; visible: boolean }[]
  sharedText: string
  formats: CellStyle[]
  from1904: boolean
}

export interface CellStyle {
  format: CellFormat
  percentage: boolean
}

interface Relation {
  type: string
  part: string
}

/** The parts of an XLSX file, without the cells themselves. */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  await refuseOthers(archive)
  const main =
    [...(await relationsOf(archive, '')).values()].find(({ type }) => type === 'officeDocument')?.part ??
    'xl/workbook.xml'
  if (/\.bin$/i.test(main)) throw oldType('a binary Excel file (.xlsb)')
  if (!archive.has(main)) throw notATable()
  const relations = await relationsOf(archive, main)
  const partOf = (type: string) => [...relations.values()].find(relation => relation.type === type)?.part ?? ''
  const { sheets, from1904, spreadsheet } = await readMain(archive, main, relations)
  if (!spreadsheet) throw notATable()
  if (!sheets.every(({ part }) => archive.has(part)) || sheets.length === 0)
    throw damaged('The file lacks sheets that it names')
  return {
    sheets,
    from1904,
    sharedText: partOf('sharedStrings'),
    formats: await readFormats(archive, partOf('styles')),
  }
}

async function refuseOthers(archive: Archive): Promise<void> {
  let type = ''
  for await (const bytes of archive.bytes('mimetype')) type = (type + bytes.toString('latin1')).slice(0, 100)
  if (type.includes('opendocument.spreadsheet')) throw oldType('an OpenDocument file (.ods)')
  if (type !== '') throw notATable()
}

/**
 * Returns the parts that a part refers to, by id, from the file beside it. Types are addresses whose last word counts.
 */
async function relationsOf(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1)
  const found = new Map<string, Relation>()
  await listenToAll(archive.bytes(`${folder}_rels/${part.slice(folder.length)}.rels`), {
    open: (name, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (name === 'Relationship' && TargetMode !== 'External')
        found.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), part: resolved(folder, Target) })
    },
  })
  return found
}

/** Within the archive, which has no folder above its own. */
const resolved = (folder: string, target: string) =>
  posix.join('/', target.startsWith('/') ? '' : folder, target).slice(1)

async function readMain(archive: Archive, main: string, relations: Map<string, Relation>) {
  const shown: Workbook['sheets'] = []
  const hidden: Workbook['sheets'] = []
  const parts = new Set<string>()
  let [from1904, spreadsheet] = [false, false]
  const addSheet = (attributes: Attributes) => {
    const relation = relations.get(Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '')
    if (relation?.type !== 'worksheet' || parts.has(relation.part)) return
    parts.add(relation.part)
    if (parts.size > limits.sheets) throw tooLarge(`The file has more than ${limits.sheets} sheets`)
    const visible = attributes.state !== 'hidden' && attributes.state !== 'veryHidden'
    ;(visible ? shown : hidden).push({ name: attributes.name ?? '', part: relation.part, visible })
  }
  await listenToAll(archive.bytes(main), {
    open: (name, attributes) => {
      if (name === 'workbook') spreadsheet = true
      else if (name === 'workbookPr') from1904 = isTrue(attributes.date1904)
      else if (name === 'sheet') addSheet(attributes)
    },
  })
  return { sheets: [...shown, ...hidden], from1904, spreadsheet }
}

async function readFormats(archive: Archive, part: string): Promise<CellStyle[]> {
  const codes = new Map<number, string>()
  const formats: CellStyle[] = []
  let inCells = false
  await listenToAll(archive.bytes(part), {
    open: (name, { numFmtId, formatCode }) => {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode ?? '')
      else if (name === 'cellXfs') inCells = true
      else if (name === 'xf' && inCells) formats.push(styleOf(Number(numFmtId), codes.get(Number(numFmtId))))
    },
    close: name => {
      if (name === 'cellXfs') inCells = false
    },
  })
  return formats
}

const styleOf = (id: number, code: string | undefined): CellStyle => ({
  format: cellFormat(id, code),
  percentage: isPercentage(id, code),
})

const isTrue = (value: string | undefined) => value === '1' || value === 'true'
