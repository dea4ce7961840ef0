import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, Tenant } from './world.js'

const fields =
  'id version state problem format encoding delimiterName sheet sheets headerRow columns { letters header field samples } totals { create update skip error warning } rows(first: 100) { nodes { number title action changes { field before after } issues { level code field column value message } } }'

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

/** Uploads a table, plans it, and waits until the plan stands. */
export async function planned(
  tenant: Tenant,
  kind: string,
  file: File,
  given: object = {},
  planning: object = {},
): Promise<Json> {
  const { id, version } = await tenant.do('createImport', { kind, file, ...given })
  await tenant.do('planImport', { id, version, ...planning })
  for (;;) {
    const { importPlan } = await tenant.get(`query($id: ID!) { importPlan(id: $id) { ${fields} } }`, { id })
    if (importPlan.state !== 'PLANNING') return importPlan
    await sleep(20)
  }
}

/** Each row as `2 CREATE WARNED`: what becomes of it, and the codes of what is wrong or unusual. */
export const rowsTold = ({ rows }: Json): string[] =>
  rows.nodes.map(({ number, action, issues }: Json) =>
    [number, action, ...issues.map(({ code }: Json) => code)].join(' '),
  )

/** What the rows would put into a field, in their order; undefined where they would not change it. */
export const valuesOf = ({ rows }: Json, field: string): (string | null | undefined)[] =>
  rows.nodes.map(({ changes }: Json) => changes.find((change: Json) => change.field === field)?.after)
