import { groupBy } from '../../lib/group.js'
import { lettersOf } from '../../lib/table/column.js'
import type { TableRow } from '../../lib/table/read.js'
import { beforeWithTax, headerKey, keyOf, longestHeader, partsOf } from './header.js'
import type { Known } from './header-row.js'
import type { StoredColumn } from './import-column.js'
import type { ImportField } from './import-field.js'

const samples = 5

interface Heading {
  place: number
  header: string
  key: string
  parts: string[]
  /** The part before the tax in a header that says that tax is included. */
  withTax: string | undefined
  /** Its first cell that is not blank. */
  sample: string
  cells: string[]
  fields: string[]
  /** Whether it is left out on purpose. */
  isOut: boolean
}

/**
 * The columns of a sheet, each with the fields that its header means: of several columns for one field the most exact
 * name wins.
 */
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

/**
 * Whether a column may name what another one numbers. No name is blank, equal names have one number, and neighbouring
 * rows with one number have one name.
 */
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

function headingsOf(beginning: readonly TableRow[], headerRow: number): Heading[] {
  const headers = beginning.find(({ number }) => number === headerRow)?.cells ?? []
  const below = beginning.filter(({ number }) => number > headerRow)
  const width = Math.max(headers.length, ...below.map(({ cells }) => cells.length))
  return Array.from({ length: width }, (_, at) => {
    const header = (headers[at] ?? '').trim().slice(0, longestHeader)
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
  const program = programs.find(({ signature }) => signature.every(header => named.has(keyOf(header))))
  for (const [header, names] of Object.entries(program?.columns ?? {})) {
    const heading = headings.find(each => each.key === keyOf(header) && isFree(each))
    if (!heading) continue
    heading.fields = names.filter(
      name => !isTaken(headings, name) || fields.some(field => field.name === name && field.joins),
    )
    heading.isOut = names.length === 0
  }
}

/** Joins a name from several columns, where no column has it whole and one has the family name. */
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
  for (const { name, headers, borrows } of fields) {
    if (!borrows || isTaken(headings, name)) continue
    const { from, beside } = borrows
    const lender = headings.find(heading => heading.fields.includes(from))
    const isBeside = beside !== undefined && headings.filter(heading => heading.fields.includes(beside)).length > 1
    if (lender && (isBeside || headers.some(header => keyOf(header) === lender.key))) lender.fields.push(name)
  }
}

/** Where a column stands among those that make up a name. */
export function partOf({ header }: Pick<StoredColumn, 'header'>, { joins }: ImportField): number {
  const found = joins?.parts.findIndex(part => part.some(each => keyOf(each) === headerKey(header))) ?? -1
  return found === -1 ? (joins?.parts.length ?? 0) : found
}
