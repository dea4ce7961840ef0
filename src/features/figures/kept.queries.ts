import { figuresKind } from '../../database/effects/change-log.js'
import type { Companion } from '../../database/companion.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { OrganizationFacts } from '../../model/access.js'
import type { RequestDoor } from '../../request/door.js'
import type { Day } from '../../lib/calendar.js'
import { PackedFigures } from './kept-text.js'
import { blocks } from './registry.js'
import type { Figures } from './section.js'
import { shapeOf } from './shape.js'
import { clientsOf, ours, source, type ClientRange } from './source.js'

/** Whether a row `f` of kept figures holds on the day :today, next to the last change `r` of its client's figures. */
export const holds =
  'f.position = r.position AND f.shape = :shape AND f.valid_from <= :today AND f.valid_until > :today'

/** Joins a row `f` of kept figures with the last change `r` of its client's figures. */
export const lastChange = `JOIN record_changes r ON r.organization_id = f.organization_id AND r.kind = '${figuresKind}' AND r.record_id = f.client_id`

const changes = `record_changes r WHERE r.organization_id = :organization AND r.kind = '${figuresKind}'`

/** The position of the last change of any client's figures. */
export const lastPosition = `COALESCE((SELECT MAX(r.position) FROM ${changes}), 0)`

/** The same beside figures of the whole organisation: it comes with them in one statement, so it is theirs. */
export const lastOfAll = source('last', { alias: 'r', count: 'MAX(r.position)', from: () => changes })

/** What `holds` names. */
export const holdsToday = (organization: OrganizationFacts, today: Day) => ({
  shape: shapeOf(organization.baseCurrency),
  today,
})

/** The figures that were kept, beside the clients whose figures hold today. */
const keptBeside = new WeakMap<object, Figures>()

/** The figures that were read beside a client; undefined where they do not hold. */
export const figuresBeside = (client: object): Figures | undefined => keptBeside.get(client)

/** Reads the kept figures beside clients, for the overviews of today that the document selects. */
export function keptCompanion({ access, reads, readsKept, today }: RequestDoor): Companion | undefined {
  const selected = reads?.get('ClientOverview')
  const columns = selected === undefined ? [] : Object.values(blocks).filter(({ name }) => selected?.has(name) ?? true)
  if (!readsKept || columns.length === 0) return undefined
  const places = new Map(columns.map(({ name }, at) => [name, at + 1]))
  return {
    join: `LEFT JOIN record_changes r ON r.organization_id = :organization AND r.kind = '${figuresKind}' AND r.record_id = t.id
      LEFT JOIN client_figures f ON f.organization_id = :organization AND f.client_id = t.id AND ${holds}`,
    columns: ['f.client_id', ...columns.map(({ column }) => `f.${column}`)],
    parameters: holdsToday(access.organization, today),
    take(row, values) {
      if (values[0] === null) return
      const texts = values as readonly (string | null)[] // columns of text
      keptBeside.set(row, new PackedFigures(block => texts[places.get(block) ?? -1]))
    },
  }
}

/** The kept figures of those clients whose figures hold today; read in one statement, which decides that. */
export async function readKept(
  scope: ReadScope,
  clients: readonly string[] | ClientRange,
  selected: ReadonlySet<string>,
): Promise<Map<string, Figures>> {
  const columns = Object.values(blocks).filter(({ name }) => selected.has(name))
  const rows = await scope.rows<Record<string, string | null> & { client_id: string }>(
    `SELECT ${['client_id', ...columns.map(({ column }) => column)].map(column => `f.${column}`).join(', ')} FROM client_figures f ${lastChange}
     WHERE ${ours('f', clients)} AND ${holds}`,
    { ...clientsOf(clients), ...holdsToday(scope.organization, scope.today) },
  )
  const names = new Map(columns.map(({ name, column }) => [name, column]))
  return new Map(rows.map(row => [row.client_id, new PackedFigures(block => row[names.get(block) ?? ''])]))
}
