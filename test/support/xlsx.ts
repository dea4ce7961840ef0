import { constants, crc32, deflateRawSync } from 'node:zlib'

/** A part of a zip file, and the lies that its directory may tell of it. */
export interface Part {
  name: string
  content: string | Buffer | Repeated
  declaredSize?: number
  encrypted?: boolean
}

/** One block many times over, without ever being in memory. */
export interface Repeated {
  before?: string
  block: string
  times: number
  after?: string
}

export interface Sheet {
  name: string
  /** What stands in <sheetData>, as XML. */
  rows: string | Repeated
  state?: 'hidden' | 'veryHidden'
}

export interface Workbook {
  sheets: Sheet[]
  /** What stands in the shared texts, as XML. */
  shared?: string | Repeated
  /** Codes of number formats; the style s of a cell is the place of its format, from 1. */
  formats?: string[]
  from1904?: boolean
  /** Before the names of a sheet's own XML, like `x:`. */
  prefix?: string
  others?: Part[]
}

const main =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** A workbook, written by hand so that a test says exactly what is in it. */
export function xlsx(workbook: Workbook): Buffer {
  return zip(partsOf(workbook))
}

export function partsOf({ sheets, shared, formats = [], from1904, prefix = '', others = [] }: Workbook): Part[] {
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${types}/${type}" Target="${target}"/>`
  const relations = (...all: string[]) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`
  return [
    {
      name: '[Content_Types].xml',
      content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    },
    { name: '_rels/.rels', content: relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')) },
    {
      name: 'xl/workbook.xml',
      content: `<workbook ${main}><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${sheets
        .map(
          ({ name, state }, at) =>
            `<sheet name="${escaped(name)}" sheetId="${at + 1}"${state ? ` state="${state}"` : ''} r:id="s${at}"/>`,
        )
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: relations(
        ...sheets.map((_, at) => relation(`s${at}`, 'worksheet', `worksheets/sheet${at + 1}.xml`)),
        relation('t', 'sharedStrings', '/xl/sharedStrings.xml'),
        relation('f', 'styles', 'styles.xml'),
      ),
    },
    {
      name: 'xl/styles.xml',
      content:
        `<styleSheet ${main}><numFmts>${formats.map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${escaped(code)}"/>`).join('')}</numFmts>` +
        `<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats.map((_, at) => `<xf numFmtId="${164 + at}"/>`).join('')}</cellXfs></styleSheet>`,
    },
    ...(shared === undefined
      ? []
      : [{ name: 'xl/sharedStrings.xml', content: around(`<sst ${main}>`, shared, '</sst>') }]),
    ...sheets.map(({ rows }, at) => ({
      name: `xl/worksheets/sheet${at + 1}.xml`,
      content: around(
        `<${prefix}worksheet ${main}><${prefix}sheetData>`,
        rows,
        `</${prefix}sheetData></${prefix}worksheet>`,
      ),
    })),
    ...others,
  ]
}

function around(before: string, content: string | Repeated, after: string): string | Repeated {
  return typeof content === 'string'
    ? before + content + after
    : { ...content, before: before + (content.before ?? ''), after: (content.after ?? '') + after }
}

export const escaped = (text: string) => text.replace(/[&<>"\t\n\r]/g, letter => `&#${letter.charCodeAt(0)};`)

export function columnName(column: number): string {
  return column > 26
    ? columnName(Math.floor((column - 1) / 26)) + columnName(((column - 1) % 26) + 1)
    : String.fromCharCode(64 + column)
}

export function zip(parts: Part[]): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, declaredSize, encrypted } of parts) {
    const { data, size, checksum } = packed(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(encrypted ? 1 : 0, 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(checksum, 10)
    fields.writeUInt32LE(data.length, 14)
    fields.writeUInt32LE(declaredSize ?? size, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const file = [Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\0'), fields, rest, Buffer.from(name))
    files.push(...file)
    offset += file.reduce((sum, { length }) => sum + length, 0)
  }
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    8,
  )
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...files, ...directory, Buffer.from('PK\x05\x06'), end])
}

function packed(content: Part['content']): { data: Buffer; size: number; checksum: number } {
  if (typeof content === 'object' && 'block' in content) return packedMany(content)
  const bytes = Buffer.from(content)
  return { data: deflateRawSync(bytes), size: bytes.length, checksum: crc32(bytes) }
}

/** Each flushed block of deflate stands by itself, so one can be written again and again. */
function packedMany({ before = '', block, times, after = '' }: Repeated): {
  data: Buffer
  size: number
  checksum: number
} {
  const flushed = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH })
  const [first, again, last] = [Buffer.from(before), Buffer.from(block), Buffer.from(after)]
  const repeated = flushed(block)
  let checksum = crc32(first)
  for (let time = 0; time < times; time++) checksum = crc32(again, checksum)
  return {
    data: Buffer.concat([flushed(before), ...Array.from({ length: times }, () => repeated), deflateRawSync(last)]),
    size: first.length + again.length * times + last.length,
    checksum: crc32(last, checksum),
  }
}
