import { deflateRawSync } from 'node:zlib'
import { TableFiles } from '../../../test/support/table-file.js'
import { partsOf, xlsx, zip, type Part } from '../../../test/support/xlsx.js'
import { type TableLayout } from './table.js'

const files = new TableFiles()
afterAll(() => {
  files.remove()
})

const refusal = (content: string | Buffer, given?: Partial<TableLayout>) =>
  files.rows(content, given).then(
    rows => {
      throw new Error(`${rows.length} rows were read.`)
    },
    (error: unknown) => error,
  )
const sheet = (rows: string) => xlsx({ sheets: [{ name: 'A', rows }] })
const cell = (value: string, attributes = '') => `<row><c t="str"${attributes}><v>${value}</v></c></row>`
const replaced = (name: string, content: string, rows = cell('a')) =>
  zip(partsOf({ sheets: [{ name: 'A', rows }] }).map(part => (part.name === name ? { ...part, content } : part)))
/** The header of an old compound file whose folder has an entry of this name. */
const compound = (entry: string) => {
  const file = Buffer.alloc(2048)
  file.write('d0cf11e0a1b11ae1', 'hex')
  file.writeUInt16LE(9, 30)
  file.writeUInt32LE(1, 48)
  file.write(entry, 1024, 'utf16le')
  return file
}
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  deflateRawSync('pixels'),
])

test.each<[string, string, string | Buffer]>([
  ['FILE_EMPTY', 'an empty file', ''],
  ['FILE_EMPTY', 'blank lines', '\r\n;;\r\n \r\n'],
  ['FILE_EMPTY', 'nothing but a mark', '\ufeff'],
  ['FILE_EMPTY', 'a workbook without rows', sheet('<row/><row><c t="str"><v> </v></c></row>')],
  ['FILE_NOT_A_TABLE', 'a PNG', png],
  ['FILE_NOT_A_TABLE', 'a PDF', '%PDF-1.7\n1 0 obj'],
  ['FILE_NOT_A_TABLE', 'a web page', '\n<!DOCTYPE html><table><tr><td>a</td></tr></table>'],
  ['FILE_NOT_A_TABLE', 'an old XML spreadsheet', '\ufeff<?xml version="1.0"?><Workbook/>'],
  ['FILE_NOT_A_TABLE', 'text with zero bytes far below', `${'a;b\n'.repeat(100_000)}\0`],
  ['FILE_NOT_A_TABLE', 'random bytes', Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251))],
  ['FILE_NOT_A_TABLE', 'a zip file of something else', zip([{ name: 'readme.txt', content: 'Hello' }])],
  ['FILE_NOT_A_TABLE', 'a text document', replaced('xl/workbook.xml', '<document xmlns="w"><body/></document>')],
  [
    'FILE_NOT_A_TABLE',
    'an OpenDocument text',
    zip([{ name: 'mimetype', content: 'application/vnd.oasis.opendocument.text' }]),
  ],
  ['FILE_TYPE_OLD', 'an .xls', compound('Workbook')],
  [
    'FILE_TYPE_OLD',
    'an .ods',
    zip([
      { name: 'mimetype', content: 'application/vnd.oasis.opendocument.spreadsheet' },
      { name: 'content.xml', content: '<a/>' },
    ]),
  ],
  [
    'FILE_TYPE_OLD',
    'an .xlsb',
    replaced(
      '_rels/.rels',
      '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.bin"/></Relationships>',
    ),
  ],
  ['FILE_ENCRYPTED', 'a workbook with a password', compound('EncryptedPackage')],
  [
    'FILE_ENCRYPTED',
    'a zip file with a password',
    zip(partsOf({ sheets: [{ name: 'A', rows: cell('a') }] }).map((part): Part => ({ ...part, encrypted: true }))),
  ],
  ['FILE_DAMAGED', 'half a zip file', sheet(cell('a')).subarray(0, 400)],
  ['FILE_DAMAGED', 'the beginning of a zip file', 'PK\x03\x04'],
  ['FILE_DAMAGED', 'XML that ends too early', replaced('xl/worksheets/sheet1.xml', '<worksheet><sheetData><row>')],
  [
    'FILE_DAMAGED',
    'XML that is none',
    replaced('xl/worksheets/sheet1.xml', '<worksheet><sheetData><row></c></sheetData></worksheet>'),
  ],
  [
    'FILE_DAMAGED',
    'XML that is no UTF-8',
    zip(
      partsOf({ sheets: [{ name: 'A', rows: '' }] }).map(part =>
        part.name.includes('sheet1') ? { ...part, content: Buffer.from('<worksheet a="\xff\xfe"/>', 'latin1') } : part,
      ),
    ),
  ],
  [
    'FILE_DAMAGED',
    'a sheet that is missing',
    zip(partsOf({ sheets: [{ name: 'A', rows: '' }] }).filter(({ name }) => !name.includes('sheet1'))),
  ],
  ['FILE_DAMAGED', 'a shared text that is missing', sheet('<row><c t="s"><v>7</v></c></row>')],
  ['FILE_DAMAGED', 'a shared text of no number', sheet('<row><c t="s"><v>__proto__</v></c></row>')],
  [
    'FILE_DAMAGED',
    'rows out of their order',
    sheet('<row r="2"><c><v>1</v></c></row><row r="1"><c><v>2</v></c></row>'),
  ],
  ['FILE_DAMAGED', 'a row beyond the last', sheet('<row r="1048577"><c><v>1</v></c></row>')],
  ['FILE_DAMAGED', 'nested elements without end', sheet('<a>'.repeat(1000))],
  [
    'FILE_DAMAGED',
    'a directory that tells too little',
    zip(
      partsOf({ sheets: [{ name: 'A', rows: cell('a'.repeat(5000)) }] }).map(part =>
        part.name.includes('sheet1') ? { ...part, declaredSize: 500 } : part,
      ),
    ),
  ],
  [
    'FILE_DAMAGED',
    'a directory that tells too much',
    zip(
      partsOf({ sheets: [{ name: 'A', rows: cell('a') }] }).map(part =>
        part.name.includes('sheet1') ? { ...part, declaredSize: 5000 } : part,
      ),
    ),
  ],
  [
    'FILE_DAMAGED',
    'an external entity',
    replaced(
      'xl/worksheets/sheet1.xml',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><worksheet><sheetData>${cell('&x;')}</sheetData></worksheet>`,
    ),
  ],
  [
    'FILE_DAMAGED',
    'a document type in the workbook',
    replaced('xl/workbook.xml', '<!DOCTYPE workbook SYSTEM "http://127.0.0.1/x.dtd"><workbook/>'),
  ],
  ['FILE_DAMAGED', 'an entity that nobody declared', sheet(cell('&lol;'))],
  ['FILE_DAMAGED', 'a quote without end', 'a;b\n"1;2\n3;4'],
  [
    'FILE_TOO_LARGE',
    'a directory that promises a bomb',
    zip(
      partsOf({
        sheets: [{ name: 'A', rows: '' }],
        others: [{ name: 'xl/media/image1.png', content: '', declaredSize: 0xfffffff0 }],
      }),
    ),
  ],
  ['FILE_TOO_LARGE', 'a cell of 40,000 characters', sheet(cell('a'.repeat(40_000)))],
  [
    'FILE_TOO_LARGE',
    'a shared text of 40,000 characters in runs',
    xlsx({
      sheets: [{ name: 'A', rows: '<row><c t="s"><v>0</v></c></row>' }],
      shared: `<si>${'<r><t>ab</t></r>'.repeat(20_000)}</si>`,
    }),
  ],
  ['FILE_TOO_LARGE', 'a cell beyond column 1,000', sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')],
  ['FILE_TOO_LARGE', 'a row of more than 100,000 tags', sheet(`<row>${'<c/>'.repeat(100_001)}</row>`)],
  ['FILE_TOO_LARGE', 'a table of 1,001 columns', `${'a;'.repeat(1000)}b`],
  ['FILE_TOO_LARGE', 'a cell of 40,000 characters in text', `a;b\n${'x'.repeat(40_000)};y`],
  [
    'FILE_TOO_LARGE',
    'more sheets than anybody has',
    xlsx({ sheets: Array.from({ length: 201 }, (_, at) => ({ name: `S${at}`, rows: cell('a') })) }),
  ],
  [
    'FILE_TOO_LARGE',
    'more parts than anybody has',
    zip(Array.from({ length: 10_001 }, (_, at) => ({ name: `a${at}`, content: '' }))),
  ],
])('%s: %s', async (code, _, content) => {
  expect(await refusal(content)).toMatchObject({
    name: 'UserError',
    code,
    message: expect.stringMatching(/^[A-Z].*: .*\.$/),
  })
})

test('trusts the content, not what the caller believes the format to be', async () => {
  expect(await refusal('a;b\n1;2', { format: 'XLSX' })).toMatchObject({ code: 'FILE_NOT_A_TABLE' })
  expect(await refusal(sheet(cell('a')), { format: 'CSV' })).toMatchObject({ code: 'FILE_NOT_A_TABLE' })
})

test('reads formulas as text and macros not at all', async () => {
  const workbook = {
    sheets: [
      {
        name: 'A',
        rows: `<row><c t="str"><f>HYPERLINK("http://127.0.0.1")</f><v>clic</v></c><c t="inlineStr"><is><t>=1+1</t></is></c></row>${cell('@SUM(A1)')}`,
      },
    ],
    others: [{ name: 'xl/vbaProject.bin', content: png }],
  }
  expect(await files.cells(xlsx(workbook))).toEqual([['clic', '=1+1'], ['@SUM(A1)']])
  expect(await files.cells('a;b\n=cmd|"/c calc"!A1;+1\n')).toEqual([
    ['a', 'b'],
    ['=cmd|"/c calc"!A1', '+1'],
  ])
})

test('reads headers that are the names of what every object has', async () => {
  const names = ['__proto__', 'constructor', 'toString']
  expect(await files.cells(sheet(`<row>${names.map(name => `<c t="str"><v>${name}</v></c>`).join('')}</row>`))).toEqual(
    [names],
  )
  expect(
    await files.cells(
      replaced(
        'xl/styles.xml',
        '<styleSheet __proto__="a"><cellXfs><xf numFmtId="__proto__"/></cellXfs></styleSheet>',
        '<row><c s="__proto__"><v>1</v></c></row>',
      ),
    ),
  ).toEqual([['1']])
  expect(({} as Record<string, unknown>).a).toBeUndefined() // would be there if a prototype had been written to
})

test('does not look outside the file, wherever its parts point', async () => {
  const relations = (target: string, mode = '') =>
    `<Relationships><Relationship Id="s0" Type="a/worksheet" Target="${target}"${mode}/></Relationships>`
  expect(
    await files.cells(replaced('xl/_rels/workbook.xml.rels', relations('../../../xl/worksheets/sheet1.xml'))),
  ).toEqual([['a']])
  expect(await refusal(replaced('xl/_rels/workbook.xml.rels', relations('file:///etc/hostname')))).toMatchObject({
    code: 'FILE_DAMAGED',
  })
  expect(
    await refusal(replaced('xl/_rels/workbook.xml.rels', relations('http://127.0.0.1/a', ' TargetMode="External"'))),
  ).toMatchObject({ code: 'FILE_DAMAGED' })
  expect(await refusal(replaced('xl/_rels/workbook.xml.rels', relations('http://%')))).toMatchObject({
    code: 'FILE_DAMAGED',
  })
  expect(await refusal(zip([{ name: '../../etc/passwd', content: 'x' }]))).toMatchObject({ code: 'FILE_DAMAGED' })
})
