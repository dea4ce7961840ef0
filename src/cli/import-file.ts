import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CommitImportDocument,
  CreateImportDocument,
  ImportMappingsDocument,
  ImportPlanDocument,
  ImportRowsDocument,
  PlanImportDocument,
  type ClientelaClient,
  type ImportKind,
  type ImportPlanFieldsFragment as Plan,
  type TableDelimiter,
  type TableEncoding,
} from '@clientela/sdk'
import type { ApiLocation } from '../config.js'
import { UserError } from '../lib/user-error.js'
import type { ImportReport, ReportedRow } from './import-report.js'
import type { Progress } from './progress.js'
import { withClient } from './with-client.js'

export interface ImportOptions {
  kind: ImportKind
  dryRun?: boolean
  skipErrors?: boolean
  /** The file for the rows that are wrong. */
  errors?: string
  clearBlanks?: boolean
  emptyText?: string
  encoding?: TableEncoding
  delimiter?: TableDelimiter
  sheet?: string
  headerRow?: number
  /** Field by header or letters of a column; an empty field leaves the column out. */
  map?: Record<string, string>
  /** The name of a kept mapping; `map` overrides it. */
  mapping?: string
}

const pollEvery = 250

/**
 * Uploads a file and plans it. Then it writes the plan, unless it is a dry run or there are wrong rows that may not be
 * skipped.
 */
export function importFile(
  location: ApiLocation,
  path: string,
  options: ImportOptions,
  progress: Progress,
): Promise<ImportReport> {
  return withClient(location, async client => {
    const plan = await plannedFrom(client, await startPlan(client, path, options), progress)
    const { id, version, totals, failedRowsUrl } = plan
    if (plan.state !== 'READY' || !totals)
      throw new UserError('IMPORT_NOT_PLANNED', `The import could not be planned: ${plan.problem ?? plan.state}`)
    const rows = await rowsOf(client, id)
    if (options.errors && failedRowsUrl) {
      const answer = await client.download(failedRowsUrl)
      await writeFile(options.errors, Buffer.from(await answer.arrayBuffer()))
    }
    const { dryRun, skipErrors } = options
    const written = !dryRun && (totals.error === 0 || skipErrors)
    const { state, problem } = written
      ? (await client.mutate(CommitImportDocument, { input: { id, version, skipErrors } })).importPlan
      : plan
    const { create, update, skip, error } = totals
    return {
      state,
      totals: { create, update, skip, error },
      rows,
      problem: problem ?? undefined,
      notImported: leftOut(plan),
    }
  })
}

async function startPlan(client: ClientelaClient, path: string, options: ImportOptions): Promise<string> {
  const { kind, map = {}, mapping, encoding, delimiter, sheet, headerRow, clearBlanks, emptyText } = options
  const blob = await openAsBlob(path).catch(() => {
    throw new UserError('FILE_MISSING', `${path} cannot be read; check its name.`)
  })
  const mappingId = mapping === undefined ? undefined : await mappingOf(client, kind, mapping)
  const file = new File([blob], basename(path))
  const { importPlan: plan } = await client.mutate(CreateImportDocument, {
    input: { kind, file, encoding, delimiter, sheet, headerRow },
  })
  const columns = Object.entries(map).map(([column, field]) => ({
    place: placeOf(plan, column),
    field: field === '' ? null : field,
  }))
  await client.mutate(PlanImportDocument, {
    input: { id: plan.id, version: plan.version, mappingId, columns, clearBlanks, emptyText },
  })
  return plan.id
}

/** Waits until the server has planned all rows. */
async function plannedFrom(client: ClientelaClient, id: string, { update }: Progress) {
  for (;;) {
    const { importPlan: plan } = await client.request(ImportPlanDocument, { id })
    if (!plan) throw new UserError('IMPORT_NOT_PLANNED', 'Somebody deleted this import while it was planned.')
    const { rows, about } = plan.progress
    update(rows, Math.max(about ?? 0, rows + 1))
    if (plan.state !== 'PLANNING') return plan
    await sleep(pollEvery)
  }
}

/** Returns the columns that are not imported. A blank column is no loss. */
const leftOut = ({ columns }: Plan) =>
  columns
    .filter(({ field, header, samples }) => field === null && [header, ...samples].some(text => text.trim() !== ''))
    .map(({ header, letters }) => header || letters)

function placeOf({ columns }: Plan, wanted: string): number {
  const found =
    columns.find(({ header }) => header === wanted) ?? columns.find(({ letters }) => letters === wanted.toUpperCase())
  if (!found)
    throw new UserError(
      'COLUMN_UNKNOWN',
      `The file has no column ${wanted}; it has ${columns.map(({ letters, header }) => `${letters} (${header})`).join(', ')}.`,
    )
  return found.place
}

async function mappingOf(client: ClientelaClient, kind: ImportKind, name: string): Promise<string> {
  const ofKind = { kind: { eq: kind } }
  const { importMappings: named } = await client.request(ImportMappingsDocument, {
    first: 1,
    filter: { ...ofKind, name: { eq: name.trim() } },
  })
  const [found] = named.nodes
  if (found) return found.id
  const { importMappings: all } = await client.request(ImportMappingsDocument, { first: 100, filter: ofKind })
  const names = all.nodes.map(mapping => mapping.name).join(', ')
  throw new UserError(
    'MAPPING_UNKNOWN',
    `No mapping of ${kind} is called ${name}; there are ${names || 'none yet: keepImportMapping keeps that of an import'}.`,
  )
}

async function rowsOf(client: ClientelaClient, id: string): Promise<ReportedRow[]> {
  const rows: ReportedRow[] = []
  for await (const page of client.pages(ImportRowsDocument, { id, first: 100 }, data => data.importPlan?.rows))
    for (const { number, title, action, issues } of page.nodes)
      rows.push({
        row: number,
        legalName: title ?? '',
        action,
        codes: [...new Set(issues.map(({ code }) => code))],
        ...(issues.length > 0
          ? { issues: issues.map(({ level, code, message, column }) => ({ level, code, message, column })) }
          : {}),
      })
  return rows
}
