import { metadataOf } from '../../model/entity-metadata.js'
import { isId } from '../../lib/id.js'
import { kindAt, type TableRow } from '../../lib/table/read.js'
import { writtenNumber, type DecimalMark } from '../../lib/written-number.js'
import type { AnyDescription } from './description.js'
import { headerKey } from './header.js'
import { fieldsOf } from './import-column.js'
import type { ImportPlan } from './import-plan.js'

/** The sign before the decimals of each column, by its place, where its cells show it. */
export type Marks = ReadonlyMap<number, DecimalMark>

/** Batches that are read before each check whether the plan is still wanted. */
const batchesBetween = 20

/** A file of at most so many batches is kept in memory, so that it is not read again. */
const batchesKept = 5

export interface ReadAhead {
  marks: Marks
  /** All rows of the file, where they are kept. */
  rows?: TableRow[][]
}

/**
 * Reads the whole file ahead. A cell that can be read in only one way decides for its column, unless another cell
 * contradicts it. Numbers of a workbook say nothing of its texts.
 */
export async function readAhead(
  plan: ImportPlan,
  description: AnyDescription,
  rows: () => AsyncIterable<TableRow[]>,
  stillWanted: () => Promise<void>,
): Promise<ReadAhead> {
  const holders = new Set(description.fields.filter(({ holds }) => holds).map(({ name }) => name))
  const places = plan.storedColumns
    .filter(column => fieldsOf(column).some(name => holders.has(name)))
    .map(({ place }) => place)
  const proofs = new Map(places.map(place => [place, new Set<DecimalMark>()]))
  if (places.length === 0) return { marks: new Map() }
  const isOwn = ownRows(plan, description)
  const kept: TableRow[][] = []
  let batches = 0
  for await (const batch of rows()) {
    if (++batches % batchesBetween === 0) await stillWanted()
    if (batches <= batchesKept) kept.push(batch)
    for (const row of batch) if (row.number > plan.headerRow) prove(row, isOwn(row), proofs)
  }
  const marks = new Map(
    [...proofs].flatMap(([place, [mark, other]]) => (mark && !other ? [[place, mark] as const] : [])),
  )
  return { marks, ...(batches <= batchesKept ? { rows: kept } : {}) }
}

function prove(row: TableRow, own: boolean, proofs: ReadonlyMap<number, Set<DecimalMark>>) {
  for (const [place, marks] of proofs) {
    if (marks.size === 2 || kindAt(row, place - 1) !== 'TEXT') continue
    const written = writtenNumber(row.cells[place - 1]?.trim() ?? '')
    const mark = written?.proves ?? (own ? written?.doubtful : null)
    if (mark) marks.add(mark)
  }
}

/**
 * Whether an export of ours wrote the row, where nothing divides thousands. Such a row has an id of this kind under the
 * header of our exports, even one of another organisation.
 */
export function ownRows({ storedColumns }: ImportPlan, { type }: AnyDescription): (row: TableRow) => boolean {
  const { prefix } = metadataOf(type)
  const place = storedColumns.find(({ header }) => headerKey(header) === 'id')?.place
  return ({ cells }) => place !== undefined && isId(cells[place - 1]?.trim() ?? '', prefix)
}
