import { lettersOf } from '../../lib/table/column.js'
import type { TableRow } from '../../lib/table/read.js'
import { fold } from '../../lib/fold.js'
import type { ImportField } from './description.js'
import type { ImportColumn } from './import-plan.js'

/** A header as it is compared: without case, accents and signs. */
export const headerKey = (text: string) => fold(text).replace(/[^\p{L}\p{N}]+/gu, '')

const samples = 5
const rowsTried = 20

/** The row whose cells name most fields, the first of them; where none does, the first row. */
export function headerRowOf(beginning: readonly TableRow[], fields: readonly ImportField[]): number {
  const known = new Set(fields.flatMap(({ headers }) => headers.map(headerKey)))
  let best = { number: beginning[0]?.number ?? 1, named: 0 }
  for (const { number, cells } of beginning.slice(0, rowsTried)) {
    const named = new Set(cells.map(headerKey).filter(key => known.has(key))).size
    if (named > best.named) best = { number, named }
  }
  return best.number
}

/** The columns of a sheet, each with the field that its header means; a field takes the first column of its own name, else the first that means it. */
export function columnsOf(beginning: readonly TableRow[], headerRow: number, fields: readonly ImportField[]): ImportColumn[] {
  const headers = beginning.find(({ number }) => number === headerRow)?.cells ?? []
  const below = beginning.filter(({ number }) => number > headerRow)
  const width = Math.max(headers.length, ...below.map(({ cells }) => cells.length))
  const taken = new Set<string>()
  const named = new Set(headers.map(headerKey))
  return Array.from({ length: width }, (_, at) => {
    const header = (headers[at] ?? '').trim().slice(0, 200)
    const key = headerKey(header)
    const first = below.map(({ cells }) => (cells[at] ?? '').trim()).find(text => text !== '') ?? ''
    const field = fields.find(({ name, headers: meaning, fits }) => !taken.has(name) && (headerKey(name) === key || (!named.has(headerKey(name)) && meaning.some(each => headerKey(each) === key))) && (fits?.(first) ?? true))?.name ?? null
    if (field) taken.add(field)
    return { place: at + 1, letters: lettersOf(at + 1), header, field, samples: below.slice(0, samples).map(({ cells }) => (cells[at] ?? '').slice(0, 100)) }
  })
}
