import type { Context } from '../../request/context.js'
import { giveWay } from '../../database/give-way.js'
import { DryRunRows } from '../../database/scope/dry-run-rows.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { readRows, type TableLayout, type TableRow } from '../../lib/table/read.js'
import { isUnavailable } from '../../model/errors.js'
import { UserError } from '../../lib/user-error.js'
import { readAhead, type Marks } from './decimal-marks.js'
import { ImportPlan, ImportRow, ImportWrite } from './import-plan.js'
import { descriptionOf } from './kinds.js'
import { countryLeftOut, ForeignIds } from './file-notes.js'
import { readLocally } from './local-file.js'
import { planBatch, wholeDocuments, type Reader } from './plan-batch.js'
import { readRow, sheetOf } from './sheet-row.js'

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
    const sheet = sheetOf(plan, description, ctx.access.organization.timeZone)
    const file = new DryRunRows()
    const waiting: Reader[] = []
    const shared = {}
    const foreign = new ForeignIds()
    const withCountry = countryLeftOut(plan, ctx.access.organization.country)
    const planSome = async (rows: readonly Reader[], refusal?: UserError): Promise<void> => {
      let made = file
      let compared: readonly Reader[] = []
      try {
        await step(async (held, scope) => {
          made = new DryRunRows(file) // a transaction may run again
          compared = rows.map(row => row.again(refusal))
          await planBatch(Object.assign(held, { rowsAbout: about ?? null }), scope, compared, description, made)
        })
        file.take(made)
        foreign.count(compared)
      } catch (error) {
        if (!(error instanceof UserError) || refusal) throw error
        const half = wholeDocuments(rows.slice(0, Math.ceil(rows.length / 2) + 1), description)
        if (half === 0 || half === rows.length) await planSome(rows, error)
        else for (const some of [rows.slice(0, half), rows.slice(half)]) await planSome(some)
      }
      await giveWay() // SQLite writes in this thread, and its promises never let another request in by themselves
    }
    const planWaiting = async (count: number) => {
      for (let left = count; left > 0;) {
        const some = waiting.splice(
          0,
          left <= batchSize ? left : wholeDocuments(waiting.slice(0, batchSize), description) || left,
        )
        left -= some.length
        await planSome(some)
      }
    }
    let about: number | null | undefined
    let marks: Marks = new Map()
    const stillWanted = () => step(async () => {})
    for await (const batch of readLocally(ctx.storage, plan.blobKey, async function* (path) {
      const rows = () => readRows(path, layoutOf(plan), { signal })
      const ahead = await readAhead(plan, description, rows, stillWanted)
      marks = ahead.marks
      yield* ahead.rows ?? rows()
    })) {
      about ??= rowsAbout(plan, batch)
      waiting.push(
        ...batch
          .filter(({ number }) => number > plan.headerRow)
          .map(row => Object.assign(withCountry(readRow(plan, row, { ...sheet, marks }), row), { file: shared })),
      )
      await planWaiting(wholeDocuments(waiting, description))
    }
    await planWaiting(waiting.length)
    await step(async (held, scope) => {
      Object.assign(held, { state: 'READY', plannedAt: scope.now, problem: foreign.told(plan) })
      await scope.change(held, { verb: 'PLANNED' })
    })
  } catch (error) {
    if (error instanceof Superseded) return
    const problem = signal.aborted
      ? 'The server was stopped meanwhile; plan again.'
      : error instanceof UserError || isUnavailable(error)
        ? error.message
        : 'Something went wrong on our side; plan again.'
    await step(async (held, scope) => {
      Object.assign(held, { state: 'FAILED', problem: problem.slice(0, 1000) })
      await scope.change(held, { verb: 'FAILED' })
    }).catch((again: unknown) => {
      if (!(again instanceof Superseded)) throw again
    })
    if (!signal.aborted && !(error instanceof UserError)) throw error
  }
}

export const layoutOf = ({ format, encoding, delimiter, sheet }: ImportPlan): TableLayout => ({
  format,
  encoding,
  delimiter,
  sheet,
})

const letterBytes = {
  UTF_8: 'utf8',
  UTF_16LE: 'utf16le',
  UTF_16BE: 'utf16le',
  WINDOWS_1252: 'latin1',
  CP850: 'latin1',
  MAC_ROMAN: 'latin1',
} as const

/** About how many rows a CSV file has, by the bytes of its first ones and its own; the size of a workbook does not tell. */
function rowsAbout({ encoding, fileSize, storedColumns }: ImportPlan, first: readonly TableRow[]): number | null {
  if (!encoding || first.length === 0) return null
  const bytes = first.reduce(
    (sum, { cells }) =>
      sum +
      Buffer.byteLength(
        `${cells.join()}${','.repeat(Math.max(0, storedColumns.length - cells.length))}\r\n`,
        letterBytes[encoding],
      ),
    0,
  )
  return Math.max(first.length, Math.round((fileSize / bytes) * first.length)) - 1 // its headers are none
}

/** Removes what planning stored. */
export async function clearRows(scope: WriteScope, planId: string) {
  await scope.removeParts(ImportRow, 'planId', planId)
  await scope.removeParts(ImportWrite, 'planId', planId)
}
