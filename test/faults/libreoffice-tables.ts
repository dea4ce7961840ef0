import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TableLayout, type Recognised } from '../../src/lib/table/read.js'
import { LibreOffice } from '../support/libreoffice.js'
import { Random } from '../support/random.js'
import { TableFiles } from '../support/table-file.js'
import { hold, seconds, type Fault } from './fault.js'
import { openDocument, type Column } from './open-document.js'

const documents = 10
const rows = 100
const ending = { XLSX: 'xlsx', CSV: 'csv' }
const two = (value: number) => String(value).padStart(2, '0')
const dayOf = (random: Random, from1904: boolean) =>
  new Date(Date.UTC(from1904 ? 1904 : 1900, 2, random.integer(1, 300 * 365))).toISOString().slice(0, 10)
const timeOf = (random: Random, most: number) =>
  [random.integer(0, most), random.integer(0, 59), random.integer(0, 59)].map(two)
/** Texts that Windows-1252 can hold and LibreOffice keeps: it loses tabs. */
const letters = [...'aàçéñü·lL’“”–€ \n";,|\'=+-@<>&#%_0123456789', '  ', '""', 'ñandú', '1.234,56', '_x000D_']
const wordOf = (random: Random) => Array.from({ length: random.integer(1, 12) }, () => random.pick(letters)).join('')

const text: Column = {
  cell: random => {
    const value = `a${wordOf(random)}`
    return { value, text: value }
  },
}
const day: Column = {
  style: 'day',
  cell: (random, from1904) => {
    const value = dayOf(random, from1904)
    return { type: 'date', value, text: value }
  },
}
const whole: Column = {
  cell: random => {
    const value = String(random.integer(-1_000_000, 2 ** 40))
    return { type: 'float', value, text: value }
  },
}
const decimal: Column = {
  cell: random => {
    const value = String(random.integer(-999_999_999, 999_999_999) / 100)
    return { type: 'float', value, text: value }
  },
}

const columns: Column[] = [
  text,
  day,
  whole,
  decimal,
  { ...day, style: 'longDay' },
  {
    style: 'instant',
    cell: (random, from1904) => {
      const value = `${dayOf(random, from1904)}T${timeOf(random, 23).join(':')}`
      return { type: 'date', value, text: value }
    },
  },
  {
    style: 'duration',
    cell: random => {
      const [hours = '', minutes = '', rest = ''] = timeOf(random, 99)
      return { type: 'time', value: `PT${hours}H${minutes}M${rest}S`, text: `${hours}:${minutes}:${rest}` }
    },
  },
  {
    style: 'flag',
    cell: random => {
      const value = random.chance(0.5)
      return { type: 'boolean', value: String(value), text: value ? 'TRUE' : 'FALSE' }
    },
  },
  {
    style: 'share',
    cell: random => {
      const value = String(random.integer(1, 999) / 1000)
      return { type: 'percentage', value, text: value }
    },
  },
  {
    style: 'euros',
    cell: random => {
      const value = String(random.integer(1, 9_999_999) / 100)
      return { type: 'currency', value, text: value }
    },
  },
  {
    style: 'padded',
    cell: random => {
      const value = random.integer(1, 99_999)
      return { type: 'float', value: String(value), text: String(value).padStart(5, '0') }
    },
  },
  {
    cell: random => {
      const value = random.integer(1, 10 ** 6)
      return { formula: `=${value}/8`, text: String(value / 8) }
    },
  },
  { cell: () => ({ formula: '="a"&"«b»"', text: 'a«b»' }) },
  { cell: () => ({ formula: '=1/0', text: '#DIV/0!' }) },
]

interface Kind {
  name: string
  dialect: Pick<TableLayout, 'format'> & Partial<TableLayout>
  /** By which LibreOffice knows the format; the numbers are delimiter, quote and encoding. */
  filter: string
  columns: Column[]
}

const csv = (name: string, dialect: Partial<TableLayout>, numbers: string): Kind => ({
  name: `CSV, ${name}`,
  dialect: { format: 'CSV', ...dialect },
  filter: `csv:Text - txt - csv (StarCalc):${numbers},1,,1033,false,true`,
  columns: [text, day, whole, decimal],
})

const kinds: Kind[] = [
  { name: 'XLSX', dialect: { format: 'XLSX' }, filter: 'xlsx:Calc MS Excel 2007 XML', columns },
  { name: 'XLSX of Office Open XML', dialect: { format: 'XLSX' }, filter: 'xlsx:Calc Office Open XML', columns },
  csv('UTF-8, semicolons', { encoding: 'UTF_8', delimiter: ';' }, '59,34,76'),
  csv('Windows-1252, commas', { encoding: 'WINDOWS_1252', delimiter: ',' }, '44,34,1'),
  csv('UTF-16, tabs', { encoding: 'UTF_16LE', delimiter: '\t' }, '9,34,65535'),
]

export const libreOfficeTables: Fault[] = kinds.map(({ name, dialect, filter, columns }): Fault => ({
  name: `LibreOffice: what it saves as ${name} is read as it was written`,
  async run(folder, seed) {
    const office = await LibreOffice.find()
    const random = new Random(seed)
    const written = Array.from({ length: documents }, (_, at) => {
      const from1904 = random.chance(0.3)
      const cells = Array.from({ length: rows }, () =>
        columns.map(({ cell }, column) => (column > 0 && random.chance(0.2) ? { text: '' } : cell(random, from1904))),
      )
      return { path: join(folder, `${at}.fods`), from1904, cells }
    })
    for (const { path, from1904, cells } of written) await writeFile(path, openDocument(cells, columns, from1904))
    const start = performance.now()
    await office.save(
      written.map(({ path }) => path),
      filter,
      join(folder, 'saved'),
    )
    const saved = performance.now()
    const files = new TableFiles()
    try {
      for (const [at, { cells, from1904 }] of written.entries()) {
        const content = await readFile(join(folder, 'saved', `${at}.${ending[dialect.format]}`))
        holdDialect(await files.recognise(content), dialect)
        holdCells(
          await files.cells(content),
          cells.map(row => row.map(({ text }) => text)),
          `document ${at} of seed ${seed}${from1904 ? ', which counts days from 1904' : ''}`,
        )
      }
    } finally {
      files.remove()
    }
    return `${documents} documents of ${rows} rows and ${columns.length} columns, saved in ${seconds(saved - start)}, read in ${seconds(performance.now() - saved)}`
  },
}))

function holdDialect(recognised: Recognised, dialect: Partial<TableLayout>): void {
  for (const [key, value] of Object.entries(dialect))
    hold(
      recognised[key as keyof TableLayout] === value,
      `Its ${key} is ${value}, but recognised as ${recognised[key as keyof TableLayout]}.`,
    ) // they are keys of a dialect
  if (recognised.format === 'XLSX')
    hold(
      recognised.sheets.map(({ name }) => name).join() === 'Shown,Also shown,Hidden',
      `Its sheets are ${recognised.sheets.map(({ name }) => name).join()}.`,
    )
}

function holdCells(read: string[][], written: string[][], where: string): void {
  hold(read.length === written.length, `${read.length} of ${written.length} rows are read in ${where}.`)
  for (const [row, cells] of written.entries()) {
    for (const [column, text] of cells.entries())
      hold(
        (read[row]?.[column] ?? '') === text,
        `Row ${row + 1}, column ${column + 1} of ${where} is ${JSON.stringify(text)}, but read as ${JSON.stringify(read[row]?.[column])}.`,
      )
  }
}
