import { TableFiles } from '../../../test/support/table-file.js'
import { partsOf, xlsx, zip, type Workbook } from '../../../test/support/xlsx.js'

const files = new TableFiles()
afterAll(() => {
  files.remove()
})

const rowsOf = (workbook: Workbook, sheet?: string) => files.rows(xlsx(workbook), { sheet })

/** The cells of the first row. */
const cellsOf = async (cells: string, workbook: Partial<Workbook> = {}) =>
  (await rowsOf({ sheets: [{ name: 'A', rows: `<row r="1">${cells}</row>` }], ...workbook }))[0]?.cells
const text = (value: string) => `<c t="str"><v>${value}</v></c>`

test('reads texts of every kind: shared, in the cell, of a formula, in runs, and not how they are read aloud', async () => {
  const shared =
    '<si><t>un</t></si><si><r><rPr><b/></rPr><t xml:space="preserve">Puig </t></r><r><t>i Fills</t></r><rPh sb="0" eb="1"><t>puchi</t></rPh><phoneticPr fontId="1"/></si>'
  const cells =
    '<c t="s"><v>1</v></c><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>en</t></r><r><t> lloc</t></r><rPh><t>x</t></rPh></is></c><c t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
  expect(await cellsOf(cells, { shared })).toEqual(['Puig i Fills', 'un', 'en lloc', 'ab'])
})

test('reads truths, errors, cached results, and nothing where a formula was never worked out', async () => {
  const cells =
    '<c t="b"><v>1</v></c><c t="b"><f>FALSE()</f><v>0</v></c><c t="e"><v>#N/A</v></c><c><f>1+1</f><v>2</v></c><c><f>1+1</f></c><c t="str"><f>A1</f><v></v></c><c t="d"><v>2024-02-29T10:30:00</v></c>'
  expect(await cellsOf(cells)).toEqual(['TRUE', 'FALSE', '#N/A', '2', '', '', '2024-02-29T10:30:00'])
})

test('reads characters that XML cannot hold, and none that is no character', async () => {
  expect(await cellsOf(text('a_x000D_&#10;b _x005F_x0041_ &amp;lt; _x0000_&#x1F600;<![CDATA[<b>]]>'))).toEqual([
    'a\r\nb _x0041_ &lt; \u{1f600}<b>',
  ])
})

test('places cells and rows by their references, or one after the other where they have none', async () => {
  const rows =
    '<row><c r="B1"><v>1</v></c><c><v>2</v></c></row><row r="5" ht="3"><c r="A5" s="0"/><c r="AB5"><v>3</v></c></row><row r="7"><c r="A7" t="str"><v> </v></c></row><row/><row><c><v>4</v></c></row>'
  expect(await rowsOf({ sheets: [{ name: 'A', rows }] })).toEqual([
    { number: 1, cells: ['', '1', '2'] },
    { number: 5, cells: [...Array<string>(27).fill(''), '3'] },
    { number: 9, cells: ['4'] },
  ])
})

test('reads files whose names have prefixes, and folders written with backslashes', async () => {
  const [types, relations, , related] = partsOf({ sheets: [{ name: 'x', rows: '' }] })
  const parts = [types, relations, related].flatMap(part =>
    part ? [{ ...part, name: part.name.replaceAll('/', '\\') }] : [],
  )
  const content = zip([
    ...parts,
    {
      name: 'xl\\workbook.xml',
      content: '<x:workbook xmlns:x="a" xmlns:q="b"><x:sheets><x:sheet name="Full" q:id="s0"/></x:sheets></x:workbook>',
    },
    {
      name: 'xl\\worksheets\\sheet1.xml',
      content:
        '<?xml version="1.0"?><x:worksheet xmlns:x="a"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>sí</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>',
    },
  ])
  expect(await files.recognise(content)).toMatchObject({
    sheets: [{ name: 'Full', beginning: [{ number: 1, cells: ['sí'] }] }],
  })
})

test('lists hidden sheets last, and reads the first that has anything, or the one that is asked for', async () => {
  const rows = (value: string) => `<row>${text(value)}</row>`
  const workbook: Workbook = {
    sheets: [
      { name: 'Amagat', rows: rows('a'), state: 'veryHidden' },
      { name: 'Buit', rows: '' },
      { name: 'Clients & més', rows: rows('b') },
      { name: 'Altres', rows: rows('c') },
    ],
  }

  const told = await files.recognise(xlsx(workbook))
  expect(told).toMatchObject({ format: 'XLSX', encoding: null, delimiter: null, sheet: 'Clients & més' })
  expect(told.sheets.map(({ name, beginning }) => [name, beginning.length])).toEqual([
    ['Buit', 0],
    ['Clients & més', 1],
    ['Altres', 1],
    ['Amagat', 1],
  ])
  expect(await files.recognise(xlsx(workbook), { sheet: 'Amagat' })).toMatchObject({ sheet: 'Amagat' })
  expect(await rowsOf(workbook, 'Altres')).toEqual([{ number: 1, cells: ['c'] }])
  await expect(files.recognise(xlsx(workbook), { sheet: 'Clients' })).rejects.toMatchObject({
    code: 'SHEET_UNKNOWN',
    message: 'There is no sheet «Clients»: choose one of «Buit», «Clients & més», «Altres», «Amagat».',
  })
  await expect(rowsOf(workbook, 'Clients')).rejects.toMatchObject({ code: 'SHEET_UNKNOWN' })
})

test('reads days, times and padded numbers as they are shown', async () => {
  const formats = ['dd/mm/yyyy', 'yyyy-mm-dd hh:mm', '[h]:mm', '00000', '@', '0.00%', '[$-C0A]d" de "mmmm" de "yyyy;@']
  const cell = (style: number, value: string) => `<c s="${style}"><v>${value}</v></c>`
  const cells = [
    cell(1, '45351'),
    cell(2, '45351.4375'),
    cell(3, '1.0625'),
    cell(4, '8221'),
    cell(5, '12345678901'),
    cell(6, '0.21'),
    cell(7, '60'),
  ].join('')
  expect(await cellsOf(cells, { formats })).toEqual([
    '2024-02-29',
    '2024-02-29T10:30:00',
    '25:30:00',
    '08221',
    '12345678901',
    '0.21',
    '1900-02-29',
  ])
  expect(await cellsOf(cells, { formats, from1904: true })).toEqual([
    '2028-03-01',
    '2028-03-01T10:30:00',
    '25:30:00',
    '08221',
    '12345678901',
    '0.21',
    '1904-03-01',
  ])
})

test('tells the beginning of a long sheet without its blank rows', async () => {
  const rows = Array.from(
    { length: 3000 },
    (_, at) => `<row r="${at * 2 + 1}"><c t="s"><v>${at % 2 === 0 ? 0 : 2999 - at}</v></c></row>`,
  ).join('')
  const shared = Array.from({ length: 3000 }, (_, at) => `<si><t>${at === 0 ? ' ' : at}</t></si>`).join('')
  const { sheets } = await files.recognise(xlsx({ sheets: [{ name: 'A', rows }], shared }))
  expect(sheets[0]?.beginning).toHaveLength(50)
  expect(sheets[0]?.beginning[49]).toEqual({ number: 199, cells: ['2900'] })
})
