import { readXlsx } from 'hucre'
import { formats } from '../../src/lib/table/write.js'

test('a workbook goes on in another sheet where one is full', async () => {
  async function* pages() {
    for (let from = 0; from < 1_050_000; from += 50_000) yield Array.from({ length: 50_000 }, (_, at) => [from + at])
  }
  const parts: Uint8Array[] = []
  for await (const part of formats.xlsx.write(
    [{ name: 'n', type: 'integer', nullable: true, description: '' }],
    pages(),
    {
      title: 'n',
    },
  ))
    parts.push(part)
  const { sheets } = await readXlsx(Buffer.concat(parts))
  expect(sheets.map(({ name, rows }) => [name, rows.length, rows[0]?.[0], rows[1]?.[0], rows.at(-1)?.[0]])).toEqual([
    ['n', 1_048_576, 'n', 0, 1_048_574],
    ['n 2', 1_426, 'n', 1_048_575, 1_049_999],
  ])
})
