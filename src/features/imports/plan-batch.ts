import type { DryRunRows } from '../../database/scope/dry-run-rows.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { cleanText } from '../../lib/text.js'
import type { AnyDescription, Claim, Reader } from './description.js'
import type { ImportChange } from './import-issue.js'
import type { ImportPlan } from './import-plan.js'
import { ImportRow, type ImportAction } from './import-row.js'
import { RowDryRun } from './row-dry-run.js'

const titleLength = 200

/** Returns how many rows can be planned without splitting the last document, whose lines may go on. */
export function wholeDocuments(rows: readonly Reader[], description: AnyDescription): number {
  const last = rows.at(-1)
  const group = last && description.groupOf?.(last)
  if (group === undefined || group === null) return rows.length
  return rows.findLastIndex(row => description.groupOf?.(row) !== group) + 1
}

/**
 * Compares some rows with the records that are there, and stores the action of each row. `file` knows the identities
 * and new records of earlier rows.
 */
export async function planBatch(
  plan: ImportPlan,
  scope: WriteScope,
  rows: readonly Reader[],
  description: AnyDescription,
  file: DryRunRows,
): Promise<void> {
  for (const row of rows)
    if (!row.failed)
      row.attempt(null, () => {
        description.read(row, scope.organization)
      })
  gatherLines(rows, description)
  const whole = rows.filter(({ head }) => !head)
  const compared = whole.filter(({ isGivenUp }) => !isGivenUp)
  await description.match(scope, compared)
  const changes = await description.changes(scope, compared)
  const dryRun = new RowDryRun(scope, compared, description, file)
  for (const row of compared) {
    const claims = claimsOf(row, description)
    refuseSecond(row, claims, file)
    await dryRun.row(row, actionOf(row, changes))
    if (!row.failed) for (const { key } of claims) file.claim(key, String(row.number))
  }
  dryRun.end()
  for (const row of rows) {
    if (row.head?.failed && !row.failed)
      row.refuse('DOCUMENT_HAS_ERRORS', `This line belongs to a document that is wrong: see row ${row.head.number}.`)
  }
  const stored = rows.map(row => storedRow(plan, scope, row, changes, description))
  await scope.insertParts(stored)
  await tally(plan, scope, stored)
}

/** Gathers the lines of each document in its first row, which is wrong where one of its rows is. */
function gatherLines(rows: readonly Reader[], description: AnyDescription) {
  if (!description.groupOf) return
  const documentOf = (row: Reader) => description.documentOf?.(row) ?? {}
  let head: Reader | undefined
  let document: DocumentCells = {}
  for (const row of rows) {
    const group = description.groupOf(row)
    const own = row.values.lines
    if (!head || group === null || description.groupOf(head) !== group) {
      head = row
      row.lines = own ? [row] : []
      document = documentOf(row)
      continue
    }
    row.head = head
    refuseDiffering(row, head, document, documentOf(row))
    if (own) {
      head.lines.push(row)
      head.values.lines = [...(head.values.lines ?? []), ...own]
    }
    if (row.failed) head.refuse('LINE_WRONG', `Row ${row.number} of this document is wrong.`)
  }
}

type DocumentCells = Readonly<Record<string, unknown>>

/** Refuses a further row of a document that contradicts the first one: it may belong to another document. */
function refuseDiffering(row: Reader, head: Reader, first: DocumentCells, own: DocumentCells) {
  const isGiven = (name: string) => own[name] !== null && own[name] !== undefined
  const differing = Object.keys(own).filter(name => isGiven(name) && own[name] !== first[name] && !head.isWrong(name))
  if (differing.length === 0) return
  const describe = (cells: DocumentCells) =>
    differing.map(name => `${name} ${(cells[name] as string | null | undefined) ?? 'empty'}`).join(', ') // as read
  const message = `Row ${head.number} begins this document with ${describe(first)}, but this row has ${describe(own)}; fix one of the two.`
  row.refuse('DOCUMENT_DIFFERS', message, differing[0])
}

/** Returns the identities that a row has alone in its file, and its record. */
function claimsOf(row: Reader, description: AnyDescription): Claim[] {
  const id = row.record?.id
  const own = id
    ? [
        {
          key: id,
          code: 'RECORD_DUPLICATE_IN_FILE',
          message: 'An earlier row of the file is the same record; keep one of them.',
          field: null,
        },
      ]
    : []
  return [...description.claims(row), ...own]
}

/** Refuses the second of two rows with one identity. A row in error has no identity. */
function refuseSecond(row: Reader, claims: readonly Claim[], file: DryRunRows) {
  if (row.failed) return
  for (const { key, code, message, field } of claims) {
    // Where another identity is refused already, the message that both rows are one record would add nothing.
    if (file.isClaimed(key) && !(key === row.record?.id && row.failed)) row.refuse(code, message, field)
  }
}

type Changes = ReadonlyMap<Reader, ImportChange[]>

function storedRow(
  plan: ImportPlan,
  scope: WriteScope,
  row: Reader,
  changes: Changes,
  description: AnyDescription,
): ImportRow {
  const whole = row.head ?? row
  const record = row.failed ? null : whole.record
  return scope.make(ImportRow, {
    planId: plan.id,
    number: row.number,
    action: actionOf(row, changes),
    title: titleOf(whole, description),
    recordId: record && record.id,
    recordVersion: record && record.version,
    storedValues: row.head ? { partOf: row.head.number } : row.values,
    storedChanges: row.failed ? [] : (changes.get(row) ?? []),
    storedIssues: row.issues.toSorted((a, b) => (a.level < b.level ? -1 : a.level > b.level ? 1 : 0)),
  })
}

function actionOf(row: Reader, changes: Changes): ImportAction {
  if (row.failed) return 'ERROR'
  if (row.head) return actionOf(row.head, changes)
  if (!row.record) return 'CREATE'
  return changes.get(row)?.length === 0 ? 'SKIP' : 'UPDATE'
}

/** Returns the title of a row, cut to its limit; null where it has none. */
function titleOf(row: Reader, description: AnyDescription): string | null {
  return cleanText((description.title(row) ?? '').slice(0, titleLength), false) || null
}

async function tally(plan: ImportPlan, scope: WriteScope, stored: readonly ImportRow[]) {
  const count = (action: ImportAction) => stored.filter(row => row.action === action).length
  plan.rowsRead += stored.length
  plan.createCount += count('CREATE')
  plan.updateCount += count('UPDATE')
  plan.skipCount += count('SKIP')
  plan.errorCount += count('ERROR')
  plan.warningCount += stored.filter(({ action, storedIssues }) => action !== 'ERROR' && storedIssues.length > 0).length
  await scope.updateSilently(plan)
}
