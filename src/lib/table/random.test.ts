import fc from 'fast-check'
import iconv from 'iconv-lite'
import { draws } from '../../../test/support/draws.js'
import { TableFiles } from '../../../test/support/table-file.js'
import { columnName, escaped, xlsx } from '../../../test/support/xlsx.js'
import { type Delimiter } from './table.js'

const files = new TableFiles()
afterAll(() => {
  files.remove()
})

const encodings = { UTF_8: 'utf8', UTF_16LE: 'utf16le', UTF_16BE: 'utf16be', WINDOWS_1252: 'windows-1252' }
const western = iconv.decode(
  Buffer.from(
    Array.from({ length: 224 }, (_, at) => at + 32).filter(
      code => ![0x7f, 0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(code),
    ),
  ),
  'windows-1252',
)
const awkward = fc.constantFrom('"', '""', ',', ';', '\t', '\n', '\r\n', "'", '=', '|', '1.234,56', ' ')
const cell = fc.array(fc.oneof(awkward, fc.constantFrom(...western)), { maxLength: 6 }).map(letters => letters.join(''))
const anyCell = fc
  .array(fc.oneof(awkward, fc.constantFrom(...western), fc.constantFrom('😀', 'Ł', 'ż', '日', 'α', '\u2028')), {
    maxLength: 6,
  })
  .map(letters => letters.join(''))
// Bytes that only one encoding has stand in the header of honest files too.
const tableOf = (cells: fc.Arbitrary<string>) =>
  fc
    .integer({ min: 2, max: 6 })
    .chain(width =>
      fc.tuple(
        fc.constant(['Raó social', 'NIF', 'Adreça', 'Població', 'País', 'Telèfon'].slice(0, width)),
        fc.array(fc.array(cells, { minLength: width, maxLength: width }), { maxLength: 12 }),
      ),
    )
    .map(([header, rows]) => [header, ...rows])

/** The rows that are to be read: without blank ones and without the empty cells at the end. */
const expectedOf = (table: string[][]) =>
  table.flatMap((cells, at) => {
    const last = cells.reduce((found, value, column) => (value === '' ? found : column), -1)
    return /\S/.test(cells.join('')) ? [{ number: at + 1, cells: cells.slice(0, last + 1) }] : []
  })

test('reads tables in every dialect of CSV as they were written', async () => {
  const dialect = fc.record({
    encoding: fc.constantFrom<keyof typeof encodings>('UTF_8', 'UTF_16LE', 'UTF_16BE', 'WINDOWS_1252'),
    delimiter: fc.constantFrom<Delimiter>(',', ';', '\t'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    mark: fc.boolean(),
    quoted: fc.constantFrom('all', 'needed', 'texts'),
    lastEnd: fc.boolean(),
    told: fc.boolean(),
  })
  const written = dialect.chain(chosen =>
    fc.tuple(fc.constant(chosen), tableOf(chosen.encoding === 'WINDOWS_1252' ? cell : anyCell)),
  )
  await fc.assert(
    fc.asyncProperty(written, async ([{ encoding, delimiter, lineEnd, mark, quoted, lastEnd, told }, table]) => {
      const write = (value: string) =>
        quoted === 'all' || (quoted === 'texts' && value !== '') || new RegExp(`["\\r\\n${delimiter}]`).test(value)
          ? `"${value.replaceAll('"', '""')}"`
          : value
      const text =
        (told ? `sep=${delimiter}${lineEnd}` : '') +
        table.map(row => row.map(write).join(delimiter)).join(lineEnd) +
        (lastEnd ? lineEnd : '')
      const marked = mark && encoding !== 'WINDOWS_1252'
      const content = iconv.encode(text, encodings[encoding], { addBOM: marked })
      // Without a mark, UTF-16 shows only where most letters are Western.
      const given = encoding.startsWith('UTF_16') && !marked ? { encoding } : {}

      expect(await files.recognise(content, given)).toMatchObject({ format: 'CSV', encoding, delimiter })
      expect(await files.rows(content, given)).toEqual(expectedOf(table))
    }),
    { numRuns: draws(300) },
  )
})

interface Dialect {
  prefix: string
  /** Whether rows and cells say where they stand. */
  referred: boolean
  gap: number
  /** How each cell is written: shared, inline, as a formula, or in runs. */
  kind: Iterator<string>
}

/** The rows of a sheet and its shared strings, as XML. */
function sheetOf(table: string[][], { prefix, referred, gap, kind }: Dialect) {
  const shared: string[] = []
  const tag = (name: string, content: string, attributes = '') =>
    `<${prefix}${name}${attributes}>${content}</${prefix}${name}>`
  const cellXml = (value: string, reference: string) => {
    if (value === '' && referred) return ''
    const chosen = kind.next().value
    const t = tag('t', escaped(value), ' xml:space="preserve"')
    const middle = [...value].length >> 1
    if (chosen === 'shared')
      return tag(
        'c',
        tag('v', String(shared.push(`<si><t xml:space="preserve">${escaped(value)}</t></si>`) - 1)),
        `${reference} t="s"`,
      )
    if (chosen === 'formula') return tag('c', tag('f', 'A1&amp;""') + tag('v', escaped(value)), `${reference} t="str"`)
    if (chosen === 'inline') return tag('c', tag('is', t), `${reference} t="inlineStr"`)
    const runs = [[...value].slice(0, middle), [...value].slice(middle)].map(part =>
      tag('r', tag('t', escaped(part.join('')))),
    )
    return tag('c', tag('is', runs.join('')), `${reference} t="inlineStr"`)
  }
  const rowXml = (cells: string[], at: number) => {
    const number = at * (referred ? gap + 1 : 1) + 1
    return tag(
      'row',
      cells.map((value, column) => cellXml(value, referred ? ` r="${columnName(column + 1)}${number}"` : '')).join(''),
      referred ? ` r="${number}"` : '',
    )
  }
  return { rows: table.map(rowXml).join(''), shared: shared.join('') }
}

test('reads tables in every dialect of XLSX as they were written', async () => {
  const kinds = fc.constantFrom('shared', 'inline', 'formula', 'runs')
  const written = fc.record({
    table: tableOf(anyCell),
    kind: fc.infiniteStream(kinds),
    referred: fc.boolean(),
    prefix: fc.constantFrom('', 'x:'),
    gap: fc.nat(3),
    others: fc.array(fc.boolean(), { maxLength: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(written, async ({ table, kind, referred, prefix, gap, others }) => {
      const { rows, shared } = sheetOf(table, { prefix, referred, gap, kind })
      const data = { name: 'Clients', rows }
      const sheets = [
        ...others.map((hidden, at) => ({
          name: `Altre ${at}`,
          rows: '<row/>',
          ...(hidden ? { state: 'hidden' as const } : {}),
        })),
        data,
      ]
      const parts = xlsx({ sheets, shared, prefix })

      expect(await files.recognise(parts)).toMatchObject({ format: 'XLSX', sheet: 'Clients' })
      expect(await files.rows(parts)).toEqual(
        expectedOf(table).map(({ number, cells }) => ({
          number: referred ? (number - 1) * (gap + 1) + 1 : number,
          cells,
        })),
      )
    }),
    { numRuns: draws(200) },
  )
})
