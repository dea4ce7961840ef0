import { setImmediate } from 'node:timers/promises'
import type { Context } from '../../context.js'
import { RehearsedRows } from '../../database/rehearsed-rows.js'
import type { WriteScope } from '../../database/scope.js'
import { unguarded } from '../../lib/table/formula.js'
import { kindAt, readRows, type Dialect, type TableRow } from '../../lib/table/read.js'
import { isUnavailable } from '../../graphql/errors.js'
import { UserError } from '../../lib/user-error.js'
import { ownRows, readAhead, type Marks } from './decimal-marks.js'
import type { ImportField } from './description.js'
import { ImportPlan, ImportRow, ImportWrite } from './import-plan.js'
import { descriptionOf } from './kinds.js'
import { readLocally } from './local-file.js'
import { planBatch, wholeDocuments, type Reader } from './plan-batch.js'
import { RowReader, type Cell } from './row-reader.js'

/** Rows of a transaction: other writers wait for no more than these. */
const batchSize = 250

/** Planning ended because somebody cancelled it, or began it anew. */
class Superseded extends Error {}

/** Compares every row of the file with what is there, batch by batch, each in a short transaction of its own. */
export async function planRows(present: () => Context, planId: string, version: number, signal: AbortSignal) {
  let current = version
  const step = async (work: (plan: ImportPlan, scope: WriteScope) => Promise<void>) => {
    current = await present().mutate('import', async scope => {
      const plan = await scope.find(ImportPlan, planId)
      if (plan?.state !== 'PLANNING' || plan.version !== current) throw new Superseded()
      await work(plan, scope)
      return plan.version
    })
  }
  try {
    const ctx = present()
    const plan = await ctx.read('import', scope => scope.get(ImportPlan, planId))
    const description = descriptionOf(plan.kind)
    const sheet = { fields: new Map(description.fields.map(field => [field.name, field])), isOwn: ownRows(plan, description), timeZone: ctx.access.organization.timeZone }
    const file = new RehearsedRows()
    const waiting: Reader[] = []
    const planSome = async (rows: readonly Reader[], refusal?: UserError): Promise<void> => {
      let made = file
      try {
        await step(async (held, scope) => {
          made = new RehearsedRows(file) // a transaction may run again
          await planBatch(Object.assign(held, { rowsAbout: about ?? null }), scope, rows.map(row => row.again(refusal)), description, made)
        })
        file.take(made)
      } catch (error) {
        if (!(error instanceof UserError) || refusal) throw error
        const half = wholeDocuments(rows.slice(0, Math.ceil(rows.length / 2) + 1), description)
        if (half === 0 || half === rows.length) await planSome(rows, error)
        else for (const some of [rows.slice(0, half), rows.slice(half)]) await planSome(some)
      }
      await setImmediate() // SQLite works in this thread, and its promises never let another request in by themselves
    }
    const planWaiting = async (count: number) => {
      for (let left = count; left > 0;) {
        const some = waiting.splice(0, left <= batchSize ? left : wholeDocuments(waiting.slice(0, batchSize), description) || left)
        left -= some.length
        await planSome(some)
      }
    }
    let about: number | null | undefined
    let marks: Marks = new Map()
    const stillWanted = () => step(async () => {})
    for await (const batch of readLocally(ctx.storage, plan.blobKey, async function* (path) {
      const rows = () => readRows(path, dialectOf(plan), { signal })
      const ahead = await readAhead(plan, description, rows, stillWanted)
      marks = ahead.marks
      yield* ahead.rows ?? rows()
    })) {
      about ??= rowsAbout(plan, batch)
      waiting.push(...batch.filter(({ number }) => number > plan.headerRow).map(row => readerOf(plan, row, { ...sheet, marks })))
      await planWaiting(wholeDocuments(waiting, description))
    }
    await planWaiting(waiting.length)
    await step(async (held, scope) => {
      Object.assign(held, { state: 'READY', plannedAt: scope.now })
      await scope.change(held, { verb: 'PLANNED' })
    })
  } catch (error) {
    if (error instanceof Superseded) return
    const problem = signal.aborted ? 'The server was stopped meanwhile; plan again.' : error instanceof UserError || isUnavailable(error) ? error.message : 'Something went wrong on our side; plan again.'
    await step(async (held, scope) => {
      Object.assign(held, { state: 'FAILED', problem: problem.slice(0, 1000) })
      await scope.change(held, { verb: 'FAILED' })
    }).catch((again: unknown) => { if (!(again instanceof Superseded)) throw again })
    if (!signal.aborted && !(error instanceof UserError)) throw error
  }
}

export const dialectOf = ({ format, encoding, delimiter, sheet }: ImportPlan): Dialect => ({ format, encoding, delimiter, sheet })

/** What the rows of a plan have in common. */
interface Sheet {
  fields: ReadonlyMap<string, ImportField>
  isOwn: (row: TableRow) => boolean
  marks: Marks
  timeZone: string
}

function readerOf(plan: ImportPlan, tableRow: TableRow, { fields, isOwn, marks, timeZone }: Sheet): Reader {
  const { number, cells: given } = tableRow
  const { storedColumns, clearBlanks, emptyText, format } = plan
  const { cells, joined } = put(plan, given)
  const own = isOwn(tableRow)
  const byField = new Map<string, Cell>()
  for (const { place, header, field: name } of storedColumns) {
    const field = name === null ? undefined : fields.get(name)
    if (!field) continue
    const text = cells?.[place - 1] ?? ''
    const shown = text.trim() === emptyText ? '' : format === 'CSV' ? unguarded(text) : text
    byField.set(field.name, { header, text: shown, kind: kindAt(tableRow, place - 1), mark: own ? 'EXACT' : marks.get(place) ?? null, field })
  }
  const row: Reader = new RowReader(number, byField, clearBlanks, timeZone)
  if (!cells) row.refuse('CELLS_TOO_MANY', `The row has ${given.length} cells and the headers are fewer: write a text that holds the delimiter in quotation marks.`)
  for (const place of joined) row.warn('CELLS_JOINED', 'A comma with a space behind it was taken for a part of the text, since the row has more cells than there are headers; check it.', storedColumns[place]?.field ?? null)
  return row.begin()
}

/**
 * The cells of a row below their headers. In a CSV file without quotation marks a text such as «Gran Vía, 1» falls
 * apart: where just as many cells begin with a space as the row has too many, they are put together again.
 */
function put({ format, delimiter, storedColumns }: ImportPlan, given: readonly string[]): { cells?: readonly string[]; joined: number[] } {
  const headed = storedColumns.findLastIndex(({ header, field }) => header !== '' || field !== null) + 1
  const tooMany = given.slice(headed).findLastIndex(text => text.trim() !== '') + 1
  if (format !== 'CSV' || tooMany === 0) return { cells: given, joined: [] }
  const broken = given.flatMap((text, at) => (at > 0 && /^ \S/.test(text) ? [at] : []))
  if (delimiter !== ',' || broken.length !== tooMany) return { joined: [] }
  const cells: string[] = []
  const joined: number[] = []
  given.forEach((text, at) => {
    if (!broken.includes(at)) return void cells.push(text)
    joined.push(cells.length - 1)
    cells.push(`${cells.pop() ?? ''},${text}`)
  })
  return { cells, joined }
}

const letterBytes = { UTF_8: 'utf8', UTF_16LE: 'utf16le', UTF_16BE: 'utf16le', WINDOWS_1252: 'latin1' } as const

/** About how many rows a CSV file has, by the bytes of its first ones and its own; the size of a workbook does not tell. */
function rowsAbout({ encoding, fileSize, storedColumns }: ImportPlan, first: readonly TableRow[]): number | null {
  if (!encoding || first.length === 0) return null
  const bytes = first.reduce((sum, { cells }) => sum + Buffer.byteLength(`${cells.join()}${','.repeat(Math.max(0, storedColumns.length - cells.length))}\r\n`, letterBytes[encoding]), 0)
  return Math.max(first.length, Math.round((fileSize / bytes) * first.length)) - 1 // its headers are none
}

/** Removes what planning stored. */
export async function clearRows(scope: WriteScope, planId: string) {
  await scope.erase(ImportRow, 'planId', planId)
  await scope.erase(ImportWrite, 'planId', planId)
}
