/** How an import ended: what `clientela import` prints. */
export interface ImportReport {
  state: string
  totals: { create: number; update: number; skip: number; error: number }
  rows: ReportedRow[]
  /** A remark about the whole file. */
  problem?: string
  /** Columns that go to no field, by their headers, else by their letters. */
  notImported?: string[]
}

export interface ReportedRow {
  row: number
  legalName: string
  action: string
  codes: string[]
  /** Its errors and warnings, if it has any. */
  issues?: Issue[]
}

interface Issue {
  level: string
  code: string
  message: string
  column: string | null
}

/** Returns a report for a person: the rows to look at, and the totals. */
export function reportText({
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
  const done = state === 'COMMITTED' ? 'Written' : 'Planned; nothing is written'
  const advice =
    error > 0 && state !== 'COMMITTED' ? [' Correct these rows, or write the others with --skip-errors.'] : []
  return [
    ...noted,
    ...columns,
    ...(problem ? [problem] : []),
    `${done}: ${create} to create, ${update} to change, ${skip} without a change, ${error} with errors.${advice.join('')}`,
  ].join('\n')
}

const inOneLine = ({ level, code, message, column }: Issue) =>
  `    ${level === 'ERROR' ? 'error' : 'warning'} ${code}${column ? ` in ${column}` : ''}: ${message}`
