import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { TableFiles } from '../../../test/support/table-file.js'
import { Records } from './csv.js'
import { type Encoding } from './table.js'

const files = new TableFiles()
afterAll(() => {
  files.remove()
})

test.each([
  [
    'a;b\n1;2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a;b\r\n1;2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a;b\r1;2\r',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a;b\n"1;\n2";"3 ""x"""\n',
    [
      ['a', 'b'],
      ['1;\n2', '3 "x"'],
    ],
  ],
  [
    'a;b;;\n;;;\n1;;2;\n;3;;',
    [
      ['a', 'b'],
      ['1', '', '2'],
      ['', '3'],
    ],
  ],
  [
    'a;b\n12" pipe;6" hose',
    [
      ['a', 'b'],
      ['12" pipe', '6" hose'],
    ],
  ],
  ['a;b\n"";""\n"x";""', [['a', 'b'], ['x']]],
  ['a;b\n1;2;3;4\n1', [['a', 'b'], ['1', '2', '3', '4'], ['1']]],
  [
    '__proto__;constructor\n1;2',
    [
      ['__proto__', 'constructor'],
      ['1', '2'],
    ],
  ],
  [
    "a;b\n=1+1;'+34",
    [
      ['a', 'b'],
      ['=1+1', "'+34"],
    ],
  ],
])('reads %j', async (content, cells) => {
  expect(await files.cells(content)).toEqual(cells)
})

test('counts records, not lines, and blank ones as well', async () => {
  expect((await files.rows('\n\na;b\n"1\n\n";2\n ; \n3;4')).map(({ number }) => number)).toEqual([3, 4, 6])
})

test.each([
  [';', 'Nom;Import\nPuig, Joan;1.234,56\nRoca, Anna;7,00'],
  [',', 'Nom,Import\n"Puig; Joan","1.234,56"\n"Roca; Anna",7.00'],
  ['\t', 'Nom\tImport\nPuig; Joan, fill\t1.234,56'],
  [';', 'Informe de clients, 2026\n\nNom;NIF;Import\nPuig;B1;1,5\nRoca;B2;2,5'],
  [',', 'Nom,Adreça\nPuig,C/ Major, 12\nRoca,C/ Nou\nSolà,C/ Vell'],
  [',', 'id,unit,units\n1,14,12\n2,9,10'],
  ['|', 'sep=|\na|b'],
  [',', 'sep=,\nNom;i,NIF\nPuig;Fills,B1'],
  ['\t', 'sep=\t\r\nNom;i\tNIF\r\nPuig;Fills\tB1'],
])('finds the delimiter %j', async (delimiter, content) => {
  const { delimiter: found } = await files.recognise(content)
  if (delimiter === '|') expect([',', ';', '\t']).toContain(found)
  else expect(found).toBe(delimiter)
})

test('does not split amounts, and reads on where there is only one column', async () => {
  expect(await files.cells('Import\n1.234,56\n7,00\n-3,5')).toEqual([['Import'], ['1.234,56'], ['7,00'], ['-3,5']])
})

test('does not count the line that tells Excel the delimiter, as Excel does not show it', async () => {
  expect(await files.rows('sep=;\r\na;b\r\n1;2')).toEqual([
    { number: 1, cells: ['a', 'b'] },
    { number: 2, cells: ['1', '2'] },
  ])
})

test('takes the delimiter that is given', async () => {
  expect(await files.cells('a;b,c\n1;2,3', { delimiter: ',' })).toEqual([
    ['a;b', 'c'],
    ['1;2', '3'],
  ])
})

const table = 'Raó social;Població\n«Núria»;l’Hospitalet – €\n'
const utf16be = (text: string) => iconv.encode(text, 'utf16-be')
test.each<[Encoding, string, Buffer]>([
  ['UTF_8', 'with a mark', Buffer.from(`\ufeff${table}`)],
  ['UTF_8', 'without a mark', Buffer.from(table)],
  ['WINDOWS_1252', 'without anything that could tell', iconv.encode(table, 'windows-1252')],
  ['UTF_16LE', 'with a mark', Buffer.from(`\ufeff${table}`, 'utf16le')],
  ['UTF_16LE', 'without a mark', Buffer.from(table, 'utf16le')],
  ['UTF_16BE', 'with a mark', utf16be(`\ufeff${table}`)],
  ['UTF_16BE', 'without a mark', utf16be(table)],
])('recognises %s %s', async (encoding, _, content) => {
  expect(await files.recognise(content)).toMatchObject({
    encoding,
    sheets: [{ beginning: [{ cells: ['Raó social', 'Població'] }, { cells: ['«Núria»', 'l’Hospitalet – €'] }] }],
  })
})

test('looks for what is no UTF-8 to the end of the file, and across its pieces', async () => {
  const ascii = 'name;city\n'.repeat(100_000)
  expect(
    await files.recognise(Buffer.concat([Buffer.from(ascii), iconv.encode('Núria;Vic', 'windows-1252')])),
  ).toMatchObject({ encoding: 'WINDOWS_1252' })
  expect((await files.cells(`${'á;é\n'.repeat(100_000)}x`)).at(-2)).toEqual(['á', 'é'])
})

test.each<[Encoding, Buffer]>([
  ['UTF_8', iconv.encode(table, 'windows-1252')],
  ['UTF_8', Buffer.from(`\ufeff${table}`, 'utf16le')],
  ['UTF_16LE', Buffer.from(`\ufeff${table}`)],
  ['UTF_16LE', Buffer.from([0x61, 0, 0, 0xd8, 0x62, 0])],
  ['WINDOWS_1252', Buffer.from(`\ufeff${table}`)],
  ['WINDOWS_1252', Buffer.from([0x61, 0x3b, 0x81, 0x0a])],
])('refuses to read as %s what is not', async (encoding, content) => {
  await expect(files.recognise(content, { encoding })).rejects.toMatchObject({ code: 'ENCODING_WRONG' })
})

test.each([
  ['a;b\n1;"2', 2, 'never closed'],
  ['a;b\n1;"2\n3;4\n', 2, 'never closed'],
  ['a;b\n1;2\n"Bar "El Sol"";x\n', 3, 'not doubled'],
  ['a;b\n"x\n1;"y";2\n', 2, 'not doubled'],
  ['a;b\n"x" ;2\n', 2, 'not doubled'],
])('tells the row whose quotes are wrong: %j', async (content, row, problem) => {
  await expect(files.recognise(content, { delimiter: ';' })).rejects.toMatchObject({
    code: 'FILE_DAMAGED',
    message: expect.stringMatching(new RegExp(`^Row ${row} .*${problem}`)),
  })
})

test('splits like another parser wherever that one has nothing to complain about, however the text comes in pieces', () => {
  const letters = fc.constantFrom('a', 'b', ' ', '"', '"', ';', ';', '\n', '\r\n', ',')
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 60 }).map(all => all.join('')),
      fc.array(fc.nat(60), { maxLength: 4 }),
      (text, cuts) => {
        let expected: string[][]
        try {
          expected = parse(text, {
            delimiter: ';',
            relax_column_count: true,
            relax_quotes: false,
            record_delimiter: ['\r\n', '\n'],
          })
        } catch {
          return
        }
        const records = new Records(';')
        const ends = [...cuts.filter(cut => cut < text.length).sort((a, b) => a - b), text.length]
        expect([
          ...ends.flatMap((end, at) => records.add(text.slice(ends[at - 1] ?? 0, end))),
          ...records.end(),
        ]).toEqual(expected)
      },
    ),
    { numRuns: 3000 },
  )
})
