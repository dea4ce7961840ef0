import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Random } from '../support/random.js'
import { columnName, escaped, xlsx } from '../support/xlsx.js'
import { hold, megabytes, seconds, type Fault } from './fault.js'
import { readTable } from './read-table.js'

const count = 100_000
const within = 20_000
const memory = 150 * 2 ** 20

type Cell = string | number

/** Clients as a business has them: most texts are there once, some again and again. */
function clients(seed: number): Cell[][] {
  const random = new Random(seed)
  const header = [
    'Raó social',
    'NIF',
    'Adreça',
    'Codi postal',
    'Població',
    'País',
    'Correu electrònic',
    'Telèfon',
    'Referència externa',
    'Moneda',
    'Etiquetes',
    'Crèdit',
  ]
  const rows = Array.from({ length: count - 1 }, (_, at) => [
    `Forns Puigdemont ${at}, S.L.`,
    `B${random.integer(10_000_000, 99_999_999)}`,
    `C/ Major, ${random.integer(1, 300)}, 2n 1a`,
    `0${random.integer(8000, 8999)}`,
    random.pick(['Terrassa', 'Vic', 'l’Hospitalet']),
    'Espanya',
    `info${at}@forns.example`,
    `+34 93${random.integer(1_000_000, 9_999_999)}`,
    `F-${at}`,
    'EUR',
    random.pick(['majorista; forn', '"A"', 'vip']),
    random.integer(1, 99_999_999) / 100,
  ])
  return [header, ...rows]
}

const checksumOf = (rows: Cell[][]) => rows.reduce((checksum, cells) => crc32(cells.join('\t'), checksum), 0)

function csv(rows: Cell[][]): string {
  return rows
    .map(cells =>
      cells.map(cell => (/[";]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(';'),
    )
    .join('\r\n')
}

function workbook(rows: Cell[][], shared: boolean): Buffer {
  const texts = new Map<string, number>()
  const indexOf = (text: string) => texts.get(text) ?? texts.set(text, texts.size).size - 1
  const cellXml = (cell: Cell, reference: string) => {
    if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`
    return shared
      ? `<c r="${reference}" t="s"><v>${indexOf(cell)}</v></c>`
      : `<c r="${reference}" t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`
  }
  const xml = rows
    .map(
      (cells, row) =>
        `<row r="${row + 1}">${cells.map((cell, column) => cellXml(cell, `${columnName(column + 1)}${row + 1}`)).join('')}</row>`,
    )
    .join('')
  return xlsx({
    sheets: [{ name: 'Clients', rows: xml }],
    shared: [...texts.keys()].map(text => `<si><t>${escaped(text)}</t></si>`).join(''),
  })
}

const kinds: [string, (rows: Cell[][]) => string | Buffer][] = [
  ['CSV', csv],
  ['XLSX with shared texts', rows => workbook(rows, true)],
  ['XLSX with texts in the cells', rows => workbook(rows, false)],
]

export const largeTables: Fault[] = kinds.flatMap(([kind, write]): Fault[] => [
  {
    name: `Large file: ${count} rows of 12 columns, ${kind}`,
    async run(folder, seed) {
      const rows = clients(seed)
      const path = join(folder, 'table')
      const content = write(rows)
      await writeFile(path, content)
      const reading = await readTable(path)
      const figures = `${reading.rows} rows of ${megabytes(content.length)} in ${seconds(reading.milliseconds)} (processor ${seconds(reading.cpu)}), ${megabytes(reading.memory)}, checksum ${reading.checksum.toString(16)}`
      hold(
        reading.rows === count && reading.checksum === checksumOf(rows),
        `${figures}: ${reading.message || 'not what was written'}`,
      )
      hold(reading.milliseconds <= within, `${figures}: longer than ${seconds(within)}`)
      hold(reading.memory <= memory, `${figures}: more than ${megabytes(memory)}`)
      return figures
    },
  },
  {
    name: `Large file: a reader who leaves after 5,000 rows, ${kind}`,
    async run(folder, seed) {
      const path = join(folder, 'table')
      await writeFile(path, write(clients(seed)))
      const reading = await readTable(path, {}, 5_000)
      const figures = `${seconds(reading.milliseconds)}, ${megabytes(reading.memory)}`
      hold(
        reading.rows === 5_000 && reading.descriptors <= 0,
        `${figures}: ${reading.rows} rows, ${reading.descriptors} descriptors stay open for a second`,
      )
      return figures
    },
  },
])
