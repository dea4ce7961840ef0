import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { readRows, type TableLayout, type TableRow } from '../../lib/table/read.js'
import { isUnavailable } from '../../model/errors.js'
import { UserError } from '../../lib/user-error.js'
import { BatchPlanner, type Step } from './batch-planner.js'
import { readAhead, type Marks } from './decimal-marks.js'
import { ImportPlan } from './import-plan.js'
import { ImportRow, ImportWrite } from './import-row.js'
import { readLocally } from './local-file.js'
import { descriptionOf } from './registry.js'
import { readRow, sheetOf } from './sheet-row.js'

/** Planning ended because somebody cancelled it, or began it again. */
class Superseded extends Error {}

/** Compares every row of the file with what is there, batch by batch, each in a short transaction of its own. */
export async function planRows(present: () => Context, planId: string, version: number, signal: AbortSignal) {
  const step = stepsOf(present, planId, version)
  try {
    await planFile(present(), planId, step, signal)
  } catch (error) {
    if (error instanceof Superseded) return
    await fail(step, problemOf(error, signal))
    if (!signal.aborted && !(error instanceof UserError)) throw error
  }
}

function stepsOf(present: () => Context, planId: string, version: number): Step {
  let current = version
  return async work => {
    current = await present().mutate('import', async scope => {
      const plan = await scope.find(ImportPlan, planId)
      if (plan?.state !== 'PLANNING' || plan.version !== current) throw new Superseded()
      await work(plan, scope)
      return plan.version
    })
  }
}

async function planFile(ctx: Context, planId: string, step: Step, signal: AbortSignal) {
  const { organization } = ctx.access
  const plan = await ctx.read('import', scope => scope.get(ImportPlan, planId))
  const description = descriptionOf(plan.kind)
  const sheet = sheetOf(plan, description, organization.timeZone)
  const planner = new BatchPlanner(step, description)
  const note = description.noteOf?.(plan.storedColumns, organization)
  const stillWanted = () => step(async () => {})
  let marks: Marks = new Map()
  const batches = readLocally(ctx.storage, plan.blobKey, async function* (path) {
    const rows = () => readRows(path, layoutOf(plan), { signal })
    const ahead = await readAhead(plan, description, rows, stillWanted)
    marks = ahead.marks
    yield* ahead.rows ?? rows()
  })
  for await (const batch of batches) {
    planner.about ??= rowsAbout(plan, batch)
    const rows = batch.filter(({ number }) => number > plan.headerRow)
    await planner.add(rows.map(row => readRow(plan, row, { ...sheet, marks, note })))
  }
  await planner.end()
  await step(async (held, scope) => {
    Object.assign(held, { state: 'READY', plannedAt: scope.now, problem: planner.foreign.problem(plan) })
    await scope.change(held, { verb: 'PLANNED' })
  })
}

function problemOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'The server was stopped meanwhile; plan again.'
  return error instanceof UserError || isUnavailable(error)
    ? error.message
    : 'Something went wrong on our side; plan again.'
}

async function fail(step: Step, problem: string) {
  try {
    await step(async (held, scope) => {
      Object.assign(held, { state: 'FAILED', problem: problem.slice(0, 1000) })
      await scope.change(held, { verb: 'FAILED' })
    })
  } catch (error) {
    if (!(error instanceof Superseded)) throw error
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

/**
 * Estimates how many rows a CSV file has, from the bytes of its first rows and of the file. The size of a workbook
 * allows no estimate.
 */
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
  return Math.max(first.length, Math.round((fileSize / bytes) * first.length)) - 1 // the header row is no record
}

/** Removes what planning stored. */
export async function clearRows(scope: WriteScope, planId: string) {
  await scope.removeParts(ImportRow, 'planId', planId)
  await scope.removeParts(ImportWrite, 'planId', planId)
}
