import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { readXlsx } from 'hucre'
import { draws } from '../../../test/support/draws.js'
import { decimalOf, type Cell, type Column, type ColumnType, type Rows, type WriteOptions } from './column.js'
import { guarded, unguarded } from './formula.js'
import { formats, type Format } from './write.js'

async function bytesOf(
  format: Format,
  columns: readonly Column[],
  rows: Rows,
  options: WriteOptions = {},
): Promise<Buffer> {
  async function* pages() {
    for (let from = 0; from < rows.length; from += 3) yield rows.slice(from, from + 3)
  }
  const parts: Uint8Array[] = []
  for await (const part of formats[format].write(columns, pages(), options)) parts.push(part)
  return Buffer.concat(parts)
}

const column = (name: string, type: ColumnType, nullable = true): Column => ({ name, type, nullable, description: '' })
const types: ColumnType[] = [
  'text',
  'integer',
  'boolean',
  'date',
  'timestamp',
  'decimal(20,4)',
  'decimal(18,6)',
  'decimal(38,10)',
]
const digits = (most: number) => fc.bigInt({ min: -(10n ** BigInt(most)) + 1n, max: 10n ** BigInt(most) - 1n })
const times = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2200-01-01T00:00:00Z'),
  noInvalidDate: true,
})

function cellOf(type: ColumnType): fc.Arbitrary<Cell> {
  const decimal = decimalOf(type)
  if (decimal) {
    return fc.tuple(digits(decimal.precision), fc.integer({ min: 0, max: decimal.scale })).map(([value, places]) => {
      const text = value
        .toString()
        .replace('-', '')
        .slice(0, decimal.precision - decimal.scale + places)
        .padStart(places + 1, '0')
      return `${value < 0n && /[1-9]/.test(text) ? '-' : ''}${places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`}`
    })
  }
  if (type === 'integer') return fc.maxSafeInteger().map(value => (value === 0 ? 0 : value))
  if (type === 'boolean') return fc.boolean()
  if (type === 'date') return times.map(at => at.toISOString().slice(0, 10))
  if (type === 'timestamp') return times.map(at => at.toISOString())
  return fc
    .oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '',
        '007',
        '=1+1',
        '+34 93 123',
        '-1,5',
        "'",
        '"',
        ';',
        ',',
        '\r\n',
        '\t',
        '_x000D_',
        '<&>',
        ' a ',
        'null',
        'TRUE',
        '1e5',
        '2026-01-01',
      ),
    )
    .filter(text => !text.includes('\0') && text.isWellFormed())
}

const table = fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 6 }).chain(chosen => {
  const columns = chosen.map((type, at) => column(at % 2 === 0 ? `c${at}` : `Col·lecció "${at}", ${type}`, type))
  return fc
    .array(fc.tuple(...chosen.map(type => fc.option(cellOf(type)))), { maxLength: 12 })
    .map(rows => ({ columns, rows: rows })) // tuples of cells
})

/** A decimal without zeros that say nothing, so that 1.50 is 1.5. */
const shortest = (text: string) =>
  (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
    .replace(/^-?0+(?=\d)/, sign => (sign.startsWith('-') ? '-' : ''))
    .replace(/^-0$/, '0')

test('rows that repeat much of the row before, names and cells longer than what is sent at once, are written whole', async () => {
  const long = 'ç'.repeat(70_000)
  const columns = Array.from({ length: 40 }, (_, at) =>
    column(at === 39 ? `last ${long}` : `c${at}`, at % 3 === 0 ? 'integer' : 'text'),
  )
  const rows = Array.from({ length: 60 }, (_, row) =>
    columns.map(({ type }, at): Cell => {
      if (at === row % 40) return null
      if (type === 'integer') return at === (row * 3) % 40 ? row : at
      return at === 38 && row % 20 === 0 ? long : at === (row * 7) % 40 ? `row ${row}` : 'same'
    }),
  )
  const lines = (await bytesOf('jsonl', columns, rows)).toString().trimEnd().split('\n')
  expect(lines.map(line => Object.values(JSON.parse(line) as Record<string, Cell>))).toEqual(rows) // as columns has them
  const read: string[][] = parse(await bytesOf('csv', columns, rows), { relax_quotes: false })
  expect(read).toEqual([columns.map(({ name }) => name), ...rows.map(row => row.map(value => String(value ?? '')))])
})

test('a CSV is read back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), fc.boolean(), async ({ columns, rows }, spanish, forPeople) => {
      const bytes = await bytesOf('csv', columns, rows, { spanish, forPeople })
      const read = parse(bytes, {
        bom: true,
        delimiter: spanish ? ';' : ',',
        record_delimiter: '\r\n',
        cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
      }) as (string | null)[][] // as `cast` makes it
      expect(bytes.subarray(0, 3).equals(Buffer.from('\uFEFF'))).toBe(spanish)
      expect(read[0]).toEqual(columns.map(({ name }) => name))
      expect(read.slice(1)).toEqual(
        rows.map(row =>
          columns.map(({ type }, at) => {
            const cell = row[at] ?? null
            if (cell === null) return columns.length === 1 ? '' : null
            if (decimalOf(type)) return spanish ? String(cell).replace('.', ',') : cell
            return type === 'text' && forPeople ? guarded(String(cell)) : String(cell)
          }),
        ),
      )
    }),
  )
})

test('a text that a spreadsheet would run comes back as it was', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^['=+\-@\t\r 0-9a]{0,8}$/), text => {
      expect(unguarded(guarded(text))).toBe(text)
      expect(guarded(text)).not.toMatch(/^[=@\t\r]/)
      expect(guarded(text)).not.toMatch(/^[+-].*a/)
    }),
    { numRuns: draws(5000) },
  )
  expect(['=1+1', '+a', '-2+cmd|x', '@SUM(1)', '\tx', "'=1"].map(guarded)).toEqual([
    "'=1+1",
    "'+a",
    "'-2+cmd|x",
    "'@SUM(1)",
    "'\tx",
    "''=1",
  ])
  for (const text of ['+34 93 123 45 67', '-12.50', '-12,50', '+34 (93) 123-45-67', "O'Hara", "'t Hof", '-', 'a=b'])
    expect([text, guarded(text), unguarded(text)]).toEqual([text, text, text])
})

test('JSON lines are read back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(table, async ({ columns, rows }) => {
      const lines = (await bytesOf('jsonl', columns, rows)).toString().split('\n').slice(0, -1)
      expect(lines.map(line => JSON.parse(line))).toEqual(
        rows.map(row => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]))),
      )
    }),
  )
})

test('a workbook is read back as it was written, texts as texts, dates as dates, and long numbers exactly', async () => {
  await fc.assert(
    fc.asyncProperty(table, async ({ columns, rows }) => {
      const { sheets } = await readXlsx(await bytesOf('xlsx', columns, rows, { title: 'clients' }))
      expect(sheets.map(({ name }) => name)).toEqual(['clients'])
      const [header, ...read] = sheets[0]?.rows ?? []
      expect(header).toEqual(columns.map(({ name }) => name))
      rows.forEach((row, y) =>
        columns.forEach(({ type }, x) => {
          const [written, found] = [row[x] ?? null, read[y]?.[x] ?? null]
          if (written === null || type === 'boolean') expect(found).toBe(written)
          else if (type === 'integer' || decimalOf(type)) {
            const isExact = String(written).replace(/[-.]/g, '').replace(/^0+/, '').length <= 15
            expect(typeof found).toBe(isExact ? 'number' : 'string')
            expect(isExact ? Number(found) : found).toBe(isExact ? Number(written) : String(written))
          } else if (type === 'text') expect(found ?? '').toBe(written)
          else
            expect(
              found instanceof Date &&
                found.toISOString().slice(0, String(written).length - (type === 'timestamp' ? 1 : 0)),
            ).toBe(String(written).replace('Z', ''))
        }),
      )
    }),
    { numRuns: draws(60) },
  )
})

describe('Parquet', () => {
  let folder: string
  let duck: DuckDBConnection
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'clientela-parquet-'))
    duck = await (await DuckDBInstance.create(':memory:')).connect()
    await duck.run("SET TimeZone = 'UTC'")
  })
  afterAll(() => {
    duck.closeSync()
    rmSync(folder, { recursive: true })
  })

  let files = 0
  const read = async (bytes: Buffer, query: (file: string) => string) => {
    const file = join(folder, `${files++}.parquet`) // of a path that was there before it knows the columns already
    writeFileSync(file, bytes)
    return (await duck.runAndReadAll(query(`'${file}'`))).getRowsJS()
  }

  test('is read back by another program as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ columns, rows }) => {
        const bytes = await bytesOf('parquet', columns, rows)
        const texts = columns.map(({ name, type }) => {
          const quoted = `"${name.replaceAll('"', '""')}"`
          return type === 'timestamp' ? `strftime(${quoted}, '%Y-%m-%dT%H:%M:%S.%gZ')` : `CAST(${quoted} AS VARCHAR)`
        })
        const found = await read(bytes, file => `SELECT ${texts.join(', ')} FROM ${file}`)
        expect(
          found.map(row =>
            row.map((cell, at) =>
              typeof cell === 'string' && decimalOf(columns[at]?.type ?? 'text') ? shortest(cell) : cell,
            ),
          ),
        ).toEqual(
          rows.map(row =>
            columns.map(({ type }, at) => {
              const cell = row[at] ?? null
              return cell === null ? null : decimalOf(type) ? shortest(String(cell)) : String(cell)
            }),
          ),
        )
      }),
      { numRuns: draws(60) },
    )
  })

  test('names its types, and is written in groups of rows', async () => {
    const columns = types.map((type, at) => column(`c${at}`, type, at > 0))
    const rows = Array.from({ length: 80_000 }, (_, at) => [
      `t${at}`,
      at,
      at % 2 === 0,
      '2026-01-31',
      '2026-01-31T10:00:00.123Z',
      `${at}.5`,
      '-1.25',
      null,
    ])
    const bytes = await bytesOf('parquet', columns, rows)
    expect(await read(bytes, file => `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${file})`)).toEqual(
      columns.map(({ name, type }) => [
        name,
        { text: 'VARCHAR', integer: 'BIGINT', boolean: 'BOOLEAN', date: 'DATE', timestamp: 'TIMESTAMP WITH TIME ZONE' }[
          type as 'text'
        ] ?? type.toUpperCase(),
      ]),
    ) // decimals are called as they are
    expect(
      (
        await read(
          bytes,
          file => `SELECT COUNT(*)::INT, COUNT(DISTINCT c0)::INT, SUM(c5)::VARCHAR, SUM(c6)::VARCHAR FROM ${file}`,
        )
      )[0],
    ).toEqual([80_000, 80_000, String((79_999 * 80_000) / 2 + 40_000) + '.0000', '-100000.000000'])
    expect(
      Number((await read(bytes, file => `SELECT COUNT(DISTINCT row_group_id) FROM parquet_metadata(${file})`))[0]?.[0]),
    ).toBeGreaterThan(1)
  })
})
