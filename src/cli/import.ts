import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../lib/user-error.js'
import type { Progress } from './progress.js'
import { Api } from './api.js'
import type { ApiLocation } from '../config.js'

export interface ImportCommand {
  kind: string
  dryRun?: boolean
  skipErrors?: boolean
  /** Where to write the rows that are wrong. */
  errors?: string
  clearBlanks?: boolean
  emptyText?: string
  encoding?: string
  delimiter?: string
  sheet?: string
  headerRow?: number
  /** Field by header or letters of a column; an empty field leaves the column out. */
  map?: Record<string, string>
  /** The name of a kept mapping, over which `map` goes. */
  mapping?: string
}

export interface ImportReport {
  state: string
  totals: { create: number; update: number; skip: number; error: number }
  rows: ReportedRow[]
  /** What is to be said of the whole file. */
  problem?: string
  /** Columns that go to no field, by their headers, else by their letters. */
  notImported?: string[]
}

interface ReportedRow {
  row: number
  legalName: string
  action: string
  codes: string[]
  /** What is wrong or unusual, where something is. */
  issues?: Issue[]
}

interface Issue {
  level: string
  code: string
  message: string
  column: string | null
}

interface Plan {
  id: string
  version: number
  state: string
  problem: string | null
  progress: { rows: number; about: number | null }
  totals: ImportReport['totals'] | null
  failedRowsUrl: string | null
  columns: { place: number; letters: string; header: string; field: string | null; samples: string[] }[]
}

interface RowsPage {
  importPlan: {
    rows: {
      nodes: { number: number; title: string | null; action: string; issues: Issue[] }[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
  }
}

const selection =
  'id version state problem progress { rows about } totals { create update skip error } failedRowsUrl columns { place letters header field samples }'
const pollEvery = 250

/** Uploads a file, plans it and, unless it is a dry run or rows are wrong that may not be skipped, writes the plan. */
export async function importFile(
  location: ApiLocation,
  path: string,
  given: ImportCommand,
  progress: Progress,
): Promise<ImportReport> {
  const api = new Api(location)
  const { kind, map = {}, encoding, delimiter, sheet, headerRow, clearBlanks, emptyText } = given
  const blob = await openAsBlob(path).catch(() => {
    throw new UserError('FILE_MISSING', `${path} cannot be read; check its name.`)
  })
  const mappingId = given.mapping === undefined ? undefined : await mappingOf(api, kind, given.mapping)
  const change = (mutation: string, inputType: string, input: object, file?: Parameters<Api['do']>[5]) =>
    api.do<Plan>(mutation, { ...input }, inputType, 'importPlan', selection, file)
  let plan = await change(
    'createImport',
    'CreateImportInput',
    { kind, file: null, encoding, delimiter, sheet, headerRow },
    { path: 'variables.input.file', blob, name: basename(path) },
  )
  const columns = Object.entries(map).map(([column, field]) => ({
    place: placeOf(plan, column),
    field: field === '' ? null : field,
  }))
  plan = await change('planImport', 'PlanImportInput', {
    id: plan.id,
    version: plan.version,
    mappingId,
    columns,
    clearBlanks,
    emptyText,
  })
  while (plan.state === 'PLANNING') {
    await sleep(pollEvery)
    plan = (
      await api.ask<{ importPlan: Plan }>(`query($id: ID!) { importPlan(id: $id) { ${selection} } }`, { id: plan.id })
    ).importPlan
    progress.update(plan.progress.rows, Math.max(plan.progress.about ?? 0, plan.progress.rows + 1))
  }
  const { totals } = plan
  if (plan.state !== 'READY' || !totals)
    throw new UserError('IMPORT_NOT_PLANNED', `It could not be planned: ${plan.problem ?? plan.state}`)
  const rows = await rowsOf(api, plan.id)
  if (given.errors && plan.failedRowsUrl) await writeFile(given.errors, await api.download(plan.failedRowsUrl))
  if (!given.dryRun && (totals.error === 0 || given.skipErrors))
    plan = await change('commitImport', 'CommitImportInput', {
      id: plan.id,
      version: plan.version,
      skipErrors: given.skipErrors,
    })
  return { state: plan.state, totals, rows, problem: plan.problem ?? undefined, notImported: leftOut(plan) }
}

/** A report for a person: the totals, and the rows to look at. */
export function inWords({
  state,
  totals: { create, update, skip, error },
  rows,
  problem,
  notImported = [],
}: ImportReport): string {
  const noted = rows.flatMap(({ row, legalName, action, issues = [] }) =>
    issues.length === 0
      ? []
      : [`  row ${row}  ${action.toLowerCase()}  ${legalName}`.trimEnd(), ...issues.map(inOneLine)],
  )
  const columns =
    notImported.length > 0
      ? [`Columns that are not imported: ${notImported.join(', ')}. --map COLUMN=FIELD says where one goes.`]
      : []
  const what = state === 'COMMITTED' ? 'Written' : 'Planned; nothing is written'
  const advice = error > 0 && state !== 'COMMITTED' ? [' Mend these rows, or write the others with --skip-errors.'] : []
  return [
    ...noted,
    ...columns,
    ...(problem ? [problem] : []),
    `${what}: ${create} to create, ${update} to change, ${skip} without a change, ${error} with errors.${advice.join('')}`,
  ].join('\n')
}

const inOneLine = ({ level, code, message, column }: Issue) =>
  `    ${level === 'ERROR' ? 'error' : 'warning'} ${code}${column ? ` in ${column}` : ''}: ${message}`

/** Blank columns are no loss. */
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

interface KeptMappings {
  named: { nodes: { id: string }[] }
  all: { nodes: { name: string }[] }
}

async function mappingOf(api: Api, kind: string, name: string): Promise<string> {
  const {
    named: {
      nodes: [found],
    },
    all,
  } = await api.ask<KeptMappings>(
    'query($kind: ImportKind!, $name: String!) { named: importMappings(first: 1, filter: { kind: { eq: $kind }, name: { eq: $name } }) { nodes { id } } all: importMappings(first: 100, filter: { kind: { eq: $kind } }) { nodes { name } } }',
    { kind, name: name.trim() },
  )
  if (found) return found.id
  const names = all.nodes.map(mapping => mapping.name).join(', ')
  throw new UserError(
    'MAPPING_UNKNOWN',
    `No mapping of ${kind} is called ${name}; there are ${names || 'none yet: keepImportMapping keeps that of an import'}.`,
  )
}

async function rowsOf(api: Api, id: string): Promise<ImportReport['rows']> {
  const rows: ImportReport['rows'] = []
  for (let after: string | null = null; ;) {
    const {
      importPlan: { rows: page },
    }: RowsPage = await api.ask(
      'query($id: ID!, $after: String) { importPlan(id: $id) { rows(first: 100, after: $after) { nodes { number title action issues { level code message column } } pageInfo { hasNextPage endCursor } } } }',
      { id, after },
    )
    rows.push(
      ...page.nodes.map(({ number, title, action, issues }) => ({
        row: number,
        legalName: title ?? '',
        action,
        codes: [...new Set(issues.map(({ code }) => code))],
        ...(issues.length > 0 ? { issues } : {}),
      })),
    )
    if (!page.pageInfo.hasNextPage) return rows
    after = page.pageInfo.endCursor
  }
}
