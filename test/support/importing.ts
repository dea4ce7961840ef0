import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, Tenant } from './world.js'

const planFields = `id version state problem fileName format encoding delimiterName sheet sheets headerRow columns { letters header field samples } totals { create update skip error warning }`
const rowFields =
  'number title action recordId issues { level code field column value message } changes { field before after }'

/** A file of this name with these lines or bytes. */
export const tableFile = (content: string | readonly string[] | Uint8Array, name = 'table.csv') =>
  new File(
    [
      typeof content === 'string'
        ? content
        : content instanceof Uint8Array
          ? new Uint8Array(content)
          : `${content.join('\r\n')}\r\n`,
    ],
    name,
  )

/** Uploads a spreadsheet as rows of a kind, plans it, and waits; with all its rows. */
export async function planned(
  tenant: Tenant,
  kind: string,
  file: File | readonly string[],
  planning: object = {},
  given: object = {},
): Promise<Json> {
  const upload = file instanceof File ? file : new File([file.join('\r\n')], `${kind}.csv`)
  const { id, version } = await tenant.do('createImport', { kind, file: upload, ...given })
  await tenant.do('planImport', { id, version, ...planning })
  for (;;) {
    const { importPlan } = await tenant.get(`query($id: ID!) { importPlan(id: $id) { ${planFields} } }`, { id })
    if (importPlan.state !== 'PLANNING') return { ...importPlan, rows: await rowsOf(tenant, id) }
    await sleep(20)
  }
}

async function rowsOf(tenant: Tenant, id: string): Promise<Json[]> {
  const rows: Json[] = []
  for (let after: string | null = null; ;) {
    const {
      importPlan: { rows: page },
    }: Json = await tenant.get(
      `query($id: ID!, $after: String) { importPlan(id: $id) { rows(first: 100, after: $after) { nodes { ${rowFields} } pageInfo { hasNextPage endCursor } } } }`,
      { id, after },
    )
    rows.push(...page.nodes)
    if (!page.pageInfo.hasNextPage) return rows
    after = page.pageInfo.endCursor
  }
}

/** Each row in a line: its number, what becomes of it, and the codes of its issues, with their fields. */
export const told = ({ rows }: Json): string[] =>
  rows.map(({ number, action, issues }: Json) =>
    [number, action, ...issues.map(({ code, field }: Json) => (field ? `${code}@${field}` : code))].join(' '),
  )

/** Each row as `2 CREATE WARNED`: what becomes of it, and the codes of what is wrong or unusual. */
export const rowsTold = ({ rows }: Json): string[] =>
  rows.map(({ number, action, issues }: Json) => [number, action, ...issues.map(({ code }: Json) => code)].join(' '))

/**
 * Returns the values that the rows would put into a field, in their order; undefined where a row would not change it.
 */
export const valuesOf = ({ rows }: Json, field: string): (string | null | undefined)[] =>
  rows.map(({ changes }: Json) => changes.find((change: Json) => change.field === field)?.after)

export const committed = (tenant: Tenant, { id, version }: Json, given: object = {}) =>
  tenant.try('commitImport', { id, version, ...given }, 'id version state')
