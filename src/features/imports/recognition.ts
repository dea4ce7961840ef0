import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { lettersOf } from '../../lib/table/column.js'
import type { TableRow } from '../../lib/table/read.js'
import { UserError } from '../../lib/user-error.js'
import { writtenNumber } from '../../lib/written-number.js'
import { dayOf } from './cells.js'
import type { ImportDescription, ImportField } from './description.js'
import type { StoredColumn } from './import-plan.js'

type Known = Pick<ImportDescription<never>, 'fields' | 'programs'>

/** Nobody writes a longer header. */
const longest = 200
const samples = 5
const rowsTried = 20
const columnsTried = 200
const sheetsTried = 20
/** A sheet with fewer known headers is told from one with instructions by how many it has. */
const headersEnough = 2

/** A header as it is compared: without case, accents and signs. */
export const headerKey = (text: string) => fold(text.slice(0, longest)).replace(/[^\p{L}\p{N}]+/gu, '')

/** Of the headers of fields, which come again with every file. */
const keyOf = (header: string) => {
  const key = keys.get(header) ?? headerKey(header)
  keys.set(header, key)
  return key
}
const keys = new Map<string, string>()

/** Of `Country/Region` or `Teléfono (fijo)` what stands between the signs. */
export const partsOf = (header: string) =>
  header
    .slice(0, longest)
    .split(/[/|()[\]:;]/)
    .map(headerKey)
    .filter(Boolean)

/** The first visible sheet whose headers are known, else the one with most known headers, else the first in which something stands. */
export function sheetOf<S extends { name: string; beginning: readonly TableRow[]; hidden?: true }>(
  sheets: readonly S[],
  known: Known,
): S | undefined {
  const filled = sheets.filter(({ beginning }) => beginning.length > 0).slice(0, sheetsTried)
  const judged = filled.map(sheet => ({ sheet, named: judge(sheet.beginning, known).named }))
  const visible = judged.filter(({ sheet }) => !sheet.hidden)
  const best = visible.reduce((most, { named }) => Math.max(most, named), 0)
  return (
    visible.find(({ named }) => named >= headersEnough) ??
    visible.find(({ named }) => named > 0 && named === best) ??
    judged[0]
  )?.sheet
}

/** Among the first rows that read like headers the one that names most fields, the first of them; where none does, the first row. */
export const headerRowOf = (beginning: readonly TableRow[], known: Known): number => judge(beginning, known).number

function judge(beginning: readonly TableRow[], known: Known): { number: number; named: number } {
  const headers = new Set(
    [
      ...known.fields.flatMap(({ headers: own, joins }) => [...own, ...(joins?.parts.flat() ?? [])]),
      ...(known.programs ?? []).flatMap(({ columns }) => Object.keys(columns)),
    ].map(keyOf),
  )
  const isKnown = (cell: string) => headers.has(headerKey(cell)) || partsOf(cell).some(part => headers.has(part))
  const judged = beginning.slice(0, rowsTried).map(({ number, cells: all }) => {
    const cells = all.slice(0, columnsTried)
    return { number, named: new Set(cells.filter(isKnown).map(headerKey)).size, reads: readsLikeHeaders(cells) }
  })
  const best = (rows: typeof judged) =>
    rows.reduce<(typeof judged)[number] | undefined>(
      (most, row) => (row.named > (most?.named ?? 0) ? row : most),
      undefined,
    )
  return best(judged.filter(({ reads }) => reads)) ?? best(judged) ?? { number: beginning[0]?.number ?? 1, named: 0 }
}

/** Distinct short texts; no e-mail address, date or amount. */
function readsLikeHeaders(cells: readonly string[]): boolean {
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  return (
    new Set(filled.map(cell => cell.toLowerCase())).size === filled.length &&
    filled.every(cell => cell.length <= 60 && !cell.includes('@') && !writtenNumber(cell) && !isDate(cell))
  )
}

function isDate(text: string): boolean {
  try {
    return dayOf(text, 'UTC') !== ''
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

interface Heading {
  place: number
  header: string
  key: string
  parts: string[]
  /** Of a header that says that tax is included, what stands before that. */
  withTax: string | undefined
  /** Its first cell that is not blank. */
  sample: string
  cells: string[]
  fields: string[]
  /** Whether it is left out on purpose. */
  isOut: boolean
}

/** The columns of a sheet, each with the fields that its header means: of several columns for one field the most exact name wins. */
export function columnsOf(beginning: readonly TableRow[], headerRow: number, known: Known): StoredColumn[] {
  const headings = headingsOf(beginning, headerRow)
  byProgram(headings, known)
  joinNames(headings, known.fields)
  assign(
    headings,
    known.fields,
    ({ name }) => [name],
    ({ key }) => [key],
  )
  assign(
    headings,
    known.fields,
    ({ headers }) => headers,
    ({ key }) => [key],
  )
  const withTaxOf = ({ headers, withTax }: ImportField) => (withTax ? [...headers, ...withTax] : [])
  assign(headings, known.fields, withTaxOf, ({ withTax }) => (withTax === undefined ? [] : [withTax]))
  for (let at = 0; at < 3; at++) {
    const partAt = ({ parts, withTax }: Heading) =>
      parts.length > 1 || withTax !== undefined ? parts.slice(at, at + 1) : []
    assign(headings, known.fields, ({ headers }) => headers, partAt)
  }
  assign(
    headings,
    known.fields,
    ({ spare }) => (spare ? sparesOf(spare, headings) : []),
    ({ key }) => [key],
  )
  borrow(headings, known.fields)
  return headings.map(({ place, header, fields: [field = null, ...others], cells }) => ({
    place,
    letters: lettersOf(place),
    header,
    field,
    ...(others.length > 0 ? { others } : {}),
    samples: cells.slice(0, samples).map(cell => cell.slice(0, 100)),
  }))
}

function sparesOf(
  { headers, beside, names }: NonNullable<ImportField['spare']>,
  headings: readonly Heading[],
): readonly string[] {
  if (beside && !beside.some(header => headings.some(({ key }) => key === keyOf(header)))) return []
  const other = names === undefined ? undefined : headings.find(({ fields }) => fields.includes(names))
  return headers.filter(
    header =>
      !other || headings.some(heading => heading.key === keyOf(header) && namesAlike(heading.cells, other.cells)),
  )
}

/** Whether a column may name what another one numbers: none is blank, equal ones have one number, and rows of one that stand together one name. */
function namesAlike(cells: readonly string[], numbers: readonly string[]): boolean {
  const all = cells.map((cell, at) => [cell.trim(), (numbers[at] ?? '').trim()] as const)
  const pairs = all.filter(([cell, number]) => cell !== '' || number !== '')
  const numberOf = new Map(pairs.filter(([, number]) => number !== ''))
  return pairs.every(([cell, number], at) => {
    const [above, numberAbove] = pairs[at - 1] ?? []
    return (
      cell !== '' && (number === '' || (numberOf.get(cell) === number && (number !== numberAbove || cell === above)))
    )
  })
}

const TAX = '(?:iva|igic|vat|tax|taxes|impuestos?|impostos?)'
const WITH_TAX = new RegExp(
  `\\b(?:${TAX} incl|(?:con|c|amb|with|including|incluye|inclou|incl|inc) (?:el |l )?${TAX}\\b)`,
)
const WITHOUT_TAX = /\b(?:no|not|sin|sense|without|excl[a-z]*)\b/

/** Of `Importe (IVA incluido)` or `Amount with VAT` what stands before; undefined where it says nothing of tax that is included. */
function beforeWithTax(header: string): string | undefined {
  const words = fold(header)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bi v a\b/, 'iva')
  const at = WITHOUT_TAX.test(words) ? -1 : words.search(WITH_TAX)
  return at === -1 ? undefined : headerKey(words.slice(0, at))
}

function headingsOf(beginning: readonly TableRow[], headerRow: number): Heading[] {
  const headers = beginning.find(({ number }) => number === headerRow)?.cells ?? []
  const below = beginning.filter(({ number }) => number > headerRow)
  const width = Math.max(headers.length, ...below.map(({ cells }) => cells.length))
  return Array.from({ length: width }, (_, at) => {
    const header = (headers[at] ?? '').trim().slice(0, longest)
    const cells = below.map(row => row.cells[at] ?? '')
    const withTax = beforeWithTax(header)
    const parts = withTax === undefined ? partsOf(header) : [withTax]
    const sample = cells.map(cell => cell.trim()).find(Boolean) ?? ''
    return { place: at + 1, header, key: headerKey(header), parts, withTax, sample, cells, fields: [], isOut: false }
  })
}

const isFree = ({ fields, isOut }: Heading) => fields.length === 0 && !isOut
const isTaken = (headings: readonly Heading[], name: string) => headings.some(({ fields }) => fields.includes(name))

function byProgram(headings: readonly Heading[], { fields, programs = [] }: Known) {
  const named = new Set(headings.map(({ key }) => key))
  const program = programs.find(({ told }) => told.every(header => named.has(keyOf(header))))
  for (const [header, names] of Object.entries(program?.columns ?? {})) {
    const heading = headings.find(each => each.key === keyOf(header) && isFree(each))
    if (!heading) continue
    heading.fields = names.filter(
      name => !isTaken(headings, name) || fields.some(field => field.name === name && field.joins),
    )
    heading.isOut = names.length === 0
  }
}

/** A name in several columns: where no column has it as a whole, and one has the family name. */
function joinNames(headings: readonly Heading[], fields: readonly ImportField[]) {
  const columnOf = (part: readonly string[] = []) =>
    part.map(header => headings.find(each => each.key === keyOf(header) && isFree(each))).find(Boolean)
  const named = new Set(headings.map(({ key }) => key))
  for (const { name, joins } of fields) {
    if (!joins || isTaken(headings, name) || joins.whole.some(header => named.has(keyOf(header)))) continue
    const [given, further, family, second] = joins.parts.map(columnOf)
    if (!given || !family) continue
    for (const heading of [given, further, family, second]) if (heading) heading.fields.push(name)
  }
}

/** Gives each field that has none yet the free column whose header stands first among its own. */
function assign(
  headings: readonly Heading[],
  fields: readonly ImportField[],
  headersOf: (field: ImportField) => readonly string[],
  keysOf: (heading: Heading) => readonly string[],
) {
  const byKey = groupBy(
    headings.filter(isFree).flatMap(heading => keysOf(heading).map(key => ({ key, heading }))),
    ({ key }) => key,
  )
  for (const field of fields) {
    if (isTaken(headings, field.name)) continue
    const isMeant = (heading: Heading) =>
      !(field.beforeTax && heading.withTax !== undefined) && (field.fits?.(heading.sample, heading) ?? true)
    const fits = ({ heading }: { heading: Heading }) => isFree(heading) && isMeant(heading)
    const best = headersOf(field)
      .map(header => byKey.get(keyOf(header))?.find(fits))
      .find(Boolean)
    best?.heading.fields.push(field.name)
  }
}

function borrow(headings: readonly Heading[], fields: readonly ImportField[]) {
  const isOfPersons = headings.filter(heading => heading.fields.includes('contactName')).length > 1
  for (const { name, headers, borrows } of fields) {
    const lender =
      borrows !== undefined && !isTaken(headings, name)
        ? headings.find(heading => heading.fields.includes(borrows))
        : undefined
    if (lender && (isOfPersons || headers.some(header => keyOf(header) === lender.key))) lender.fields.push(name)
  }
}

/** The fields that the cells of a column go to. */
export const fieldsOf = ({ field, others = [] }: Pick<StoredColumn, 'field' | 'others'>): string[] =>
  field === null ? [] : [field, ...others]

/** Where a column stands among those that make up a name. */
export function partOf({ header }: Pick<StoredColumn, 'header'>, { joins }: ImportField): number {
  const found = joins?.parts.findIndex(part => part.some(each => keyOf(each) === headerKey(header))) ?? -1
  return found === -1 ? (joins?.parts.length ?? 0) : found
}
