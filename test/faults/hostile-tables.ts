import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TableLayout } from '../../src/lib/table/read.js'
import { partsOf, xlsx, zip, type Part, type Repeated, type Sheet } from '../support/xlsx.js'
import { hold, megabytes, seconds, type Fault } from './fault.js'
import { readTable } from './read-table.js'

const within = 5_000
const memory = 200 * 2 ** 20
const MB = 2 ** 20

interface Hostile {
  name: string
  /** How it is refused, or how many rows are read. */
  expected: string | number
  content: () => Buffer | string
  given?: Partial<TableLayout>
}

const sheet = (rows: Sheet['rows'], shared?: Repeated) => xlsx({ sheets: [{ name: 'A', rows }], shared })
const many = (block: string, size: number, before = '', after = ''): Repeated => {
  const blocks = block.repeat(Math.ceil(MB / block.length))
  return { before, block: blocks, times: Math.ceil(size / blocks.length), after }
}
const text = (value: string) => `<c t="str"><v>${value}</v></c>`
const replaced = (name: string, change: Partial<Part>) =>
  zip(
    partsOf({ sheets: [{ name: 'A', rows: '<row><c s="1"><v>1</v></c></row>' }] }).map(part =>
      part.name === name ? { ...part, ...change } : part,
    ),
  )
const row = 'Forns Puigdemont;B64717838;Terrassa;937800123\n'

const files: Hostile[] = [
  { name: 'an empty file', expected: 'FILE_EMPTY', content: () => '' },
  {
    name: 'a PNG named .xlsx',
    expected: 'FILE_NOT_A_TABLE',
    content: () => Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(5 * MB, 0xa5)]),
  },
  { name: 'a zip bomb of 2 GB', expected: 'FILE_TOO_LARGE', content: () => sheet(many(' ', 2048 * MB)) },
  { name: 'a zip bomb of 760 MB without a tag', expected: 'FILE_TOO_LARGE', content: () => sheet(many(' ', 760 * MB)) },
  {
    name: 'a zip bomb of 760 MB in one comment',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet(many(' < ', 760 * MB, '<!--', '-->')),
  },
  {
    name: 'a zip bomb of 760 MB of cells in one row',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet(many('<c/>', 760 * MB, '<row>', '</row>')),
  },
  {
    name: 'a zip bomb of 760 MB of columns above the rows',
    expected: 'FILE_TOO_LARGE',
    content: () =>
      replaced('xl/worksheets/sheet1.xml', {
        content: many('<col/>', 760 * MB, '<worksheet><cols>', '</cols></worksheet>'),
      }),
  },
  {
    name: 'a zip bomb of 760 MB of nested elements',
    expected: 'FILE_DAMAGED',
    content: () => sheet(many('<a>', 760 * MB)),
  },
  {
    name: 'a zip bomb of 760 MB of shared texts',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet('<row><c t="s"><v>99999999</v></c></row>', many('<si/>', 760 * MB)),
  },
  {
    name: 'a zip bomb of 500 MB of long shared texts',
    expected: 'FILE_TOO_LARGE',
    content: () =>
      sheet('<row><c t="s"><v>20000</v></c></row>', many(`<si><t>${'x'.repeat(32_000)}</t></si>`, 500 * MB)),
  },
  {
    name: 'a zip bomb of 760 MB of formats',
    expected: 'FILE_TOO_LARGE',
    content: () =>
      replaced('xl/styles.xml', {
        content: many('<xf/>', 760 * MB, '<styleSheet><cellXfs>', '</cellXfs></styleSheet>'),
      }),
  },
  {
    name: 'a zip bomb of 760 MB of sheets',
    expected: 'FILE_TOO_LARGE',
    content: () =>
      replaced('xl/workbook.xml', {
        content: many('<sheet name="a"/>', 760 * MB, '<workbook><sheets>', '</sheets></workbook>'),
      }),
  },
  {
    name: 'a directory that hides 760 MB',
    expected: 'FILE_DAMAGED',
    content: () =>
      replaced('xl/worksheets/sheet1.xml', {
        content: many('<row/>', 760 * MB, '<worksheet><sheetData>'),
        declaredSize: 1000,
      }),
  },
  {
    name: 'one cell of 150 MB',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet(many('x', 150 * MB, '<row><c t="inlineStr"><is><t>', '</t></is></c></row>')),
  },
  {
    name: 'one shared text of 150 MB',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet('<row><c t="s"><v>0</v></c></row>', many('x', 150 * MB, '<si><t>', '</t></si>')),
  },
  { name: 'one CSV cell of 150 MB', expected: 'FILE_TOO_LARGE', content: () => `a;b\n${'x'.repeat(150 * MB)};y\n` },
  {
    name: 'one quoted CSV cell of 150 MB',
    expected: 'FILE_DAMAGED',
    content: () => `a;b\n"${'x\n'.repeat(MB)}${'x'.repeat(148 * MB)}";y\n`,
  },
  {
    name: 'a million columns',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet(`<row>${text('x').repeat(1_000_000)}</row>`),
  },
  { name: 'a million CSV columns', expected: 'FILE_TOO_LARGE', content: () => `${'x;'.repeat(1_000_000)}\n` },
  {
    name: '200 MB of empty CSV columns',
    expected: 'FILE_TOO_LARGE',
    content: () => `a;b\n${`${';'.repeat(1_000_000)}\n`.repeat(200)}`,
  },
  { name: '200 MB of line ends', expected: 'FILE_TOO_LARGE', content: () => '\r'.repeat(200 * MB) },
  {
    name: 'a cell at XFD1048576',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet(`<row r="1">${text('a')}</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`),
  },
  {
    name: 'a format at XFD1048576',
    expected: 1,
    content: () => sheet(`<row r="1">${text('a')}</row><row r="1048576"><c r="XFD1048576" s="0"/></row>`),
  },
  {
    name: 'a cell at A1048576',
    expected: 2,
    content: () => sheet(`<row r="1">${text('a')}</row><row r="1048576">${text('b')}</row>`),
  },
  {
    name: '3 million rows',
    expected: 'FILE_TOO_LARGE',
    content: () => sheet(many(`<row>${text('Forns Puigdemont')}${text('B64717838')}</row>`, 3_000_000 * 86)),
  },
  { name: '3 million CSV rows', expected: 'FILE_TOO_LARGE', content: () => row.repeat(3_000_000) },
  {
    name: 'UTF-8 that ends in Windows-1252',
    expected: 'ENCODING_WRONG',
    content: () => Buffer.concat([Buffer.from(row.repeat(1_000_000)), Buffer.from('Núria', 'latin1')]),
    given: { encoding: 'UTF_8' },
  },
  {
    name: 'UTF-16 that is none',
    expected: 'ENCODING_WRONG',
    content: () => Buffer.from([0xff, 0xfe, 0x61, 0, 0, 0xd8, 0x3b, 0]),
  },
  {
    name: 'a quote that is never closed in 140 MB',
    expected: 'FILE_DAMAGED',
    content: () => `a;b\n"x;${row.repeat(1_500_000)}`,
  },
  {
    name: 'formulas and macros',
    expected: 2,
    content: () =>
      xlsx({
        sheets: [
          {
            name: 'A',
            rows: `<row>${text('a')}</row><row><c t="str"><f>WEBSERVICE("http://127.0.0.1")</f><v>b</v></c></row>`,
          },
        ],
        others: [{ name: 'xl/vbaProject.bin', content: Buffer.alloc(MB, 1) }],
      }),
  },
  {
    name: 'a __proto__ header',
    expected: 2,
    content: () => sheet(`<row>${text('__proto__')}${text('constructor')}</row><row>${text('a')}${text('b')}</row>`),
  },
  { name: 'a __proto__ CSV header', expected: 2, content: () => '__proto__;constructor\na;b\n' },
  {
    name: 'an external entity',
    expected: 'FILE_DAMAGED',
    content: () =>
      replaced('xl/worksheets/sheet1.xml', {
        content: `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><worksheet><sheetData><row>${text('&x;')}</row></sheetData></worksheet>`,
      }),
  },
  {
    name: 'entities a billion times over',
    expected: 'FILE_DAMAGED',
    content: () =>
      replaced('xl/workbook.xml', {
        content: `<!DOCTYPE a [<!ENTITY l "l">${Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at} "${`&l${at === 0 ? '' : at - 1};`.repeat(10)}">`).join('')}]><workbook>&l8;</workbook>`,
      }),
  },
  {
    name: 'a thousand cells of a number format of 1 MB of brackets',
    expected: 1,
    content: () =>
      replaced('xl/styles.xml', {
        content: `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="${'['.repeat(1_000_000)}"/></numFmts><cellXfs><xf numFmtId="0"/>${'<xf numFmtId="164"/>'.repeat(1000)}</cellXfs></styleSheet>`,
      }),
  },
  {
    name: '200 rows of decimals of 32,000 figures',
    expected: 201,
    content: () => `a;b\n${`x;1.${'0'.repeat(32_000)}1\n`.repeat(200)}`,
  },
  {
    name: 'a first row of numbers that spaces fill',
    expected: 2,
    content: () => `${Array.from({ length: 30 }, () => `1${' '.repeat(30_000)}x`).join(';')}\na;b\n`,
  },
  {
    name: '60,000 parts',
    expected: 'FILE_TOO_LARGE',
    content: () => zip(Array.from({ length: 60_000 }, (_, at) => ({ name: `xl/media/${at}`, content: '' }))),
  },
]

export const hostileTables: Fault[] = [
  ...files.map(({ name, expected, content, given }): Fault => ({
    name: `Hostile file: ${name}`,
    async run(folder) {
      const path = join(folder, 'upload')
      await writeFile(path, content())
      return refuseOrRead(path, expected, given)
    },
  })),
  {
    name: 'Hostile file: 300 MB of nothing',
    async run(folder) {
      const path = join(folder, 'upload')
      const file = await open(path, 'w')
      await file.truncate(300 * MB)
      await file.close()
      return refuseOrRead(path, 'FILE_TOO_LARGE')
    },
  },
]

async function refuseOrRead(path: string, expected: string | number, given?: Partial<TableLayout>): Promise<string> {
  const reading = await readTable(path, given)
  const figures = `${reading.code ?? `${reading.rows} rows`} in ${seconds(reading.milliseconds)} (processor ${seconds(reading.cpu)}), ${megabytes(reading.memory)}`
  hold((reading.code ?? reading.rows) === expected, `${figures}, but expected ${expected}: ${reading.message}`)
  hold(reading.milliseconds <= within, `${figures}: longer than ${seconds(within)}`)
  hold(reading.memory <= memory, `${figures}: more than ${megabytes(memory)}`)
  hold(reading.descriptors <= 0, `${figures}: ${reading.descriptors} descriptors stay open for a second`)
  return figures
}
