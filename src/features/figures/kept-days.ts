import { figuresKind } from '../../database/effects/change-log.js'
import { addDays, daysBetween, type Day } from '../../lib/calendar.js'
import type { GroupRow } from './group.queries.js'
import { blocks, sourcesToday } from './registry.js'
import { source, type Source } from './source.js'

/** The day that no figure reaches. */
export const never = '9999-12-31'

export const eventDays = (): [table: string, days: readonly string[]][] =>
  Object.values(blocks).flatMap(block => Object.entries(block.eventDays ?? {}))

/** How many records have a day later than today. */
const later = () =>
  eventDays().map(([table, days]) =>
    source('later', {
      alias: 'e',
      from: ours => `${table} e WHERE ${ours('e')} AND (${days.map(day => `e.${day} > :asOf`).join(' OR ')})`,
    }),
  )

/** The revision of the figures of each client. It comes with them in one statement, so it is theirs. */
export const revision: Source = source('revision', {
  alias: 'r',
  count: 'MAX(r.position)',
  from: ours =>
    `(SELECT c.organization_id, c.record_id AS client_id, c.position FROM record_changes c WHERE c.organization_id = :organization AND c.kind = '${figuresKind}' AND c.deleted = 0) r WHERE ${ours('r')}`,
})

/** All that is read of a client to keep its figures. */
export const keepableSources = (): Source[] => [...sourcesToday(), ...later(), revision]

/** When time alone takes a document out of its bucket: so many days after the day that decides. */
export const turns = () => new Map(sourcesToday().map(({ name, turns }) => [name, turns?.after]))

/** The first day after `today` on which one of these groups is not what it is, though nobody writes. */
export function validUntil(groups: readonly GroupRow[], today: Day): Day {
  if (groups.some(({ source }) => source === 'later')) return addDays(today, 1)
  const known = turns()
  let until = never
  for (const { source, bucket, firstDay } of groups) {
    const days = known.get(source)?.[bucket]
    if (days === undefined || firstDay === null || firstDay >= lastTurn) continue
    const turn = addDays(firstDay, days)
    if (turn < until) until = turn
  }
  return until
}

/** Days that close to the end of the calendar have no turn. */
const lastTurn = '9999-09-01'

/**
 * SQL over a client's change `c`: true where time alone moved a document of the client to another group. `turnDays` gives
 * its days.
 */
export function turned(): string {
  const led = sourcesToday().flatMap(({ turns }) => {
    if (!turns) return []
    const { table, day, condition } = turns.documents
    const between = stepsOf(turns.after).map(days => `d.${day} > :from${named(days)} AND d.${day} <= :to${named(days)}`)
    return [
      `EXISTS (SELECT 1 FROM ${table} d WHERE d.organization_id = :organization AND d.client_id = c.record_id AND (${between.join(' OR ')}) AND ${condition})`,
    ]
  })
  return `(${led.join(' OR ')})`
}

/** The days that `turned` names: how long before `from` and before `to`. */
export function turnDays(from: Day, to: Day): Record<string, Day> {
  const first = '0001-01-01'
  const ago = (day: Day, days: number) => (daysBetween(first, day) < days ? first : addDays(day, -days))
  const steps = new Set(sourcesToday().flatMap(({ turns }) => stepsOf(turns?.after ?? {})))
  return Object.fromEntries(
    [...steps].flatMap(days => [
      [`from${named(days)}`, ago(from, days)],
      [`to${named(days)}`, ago(to, days)],
    ]),
  )
}

const stepsOf = (after: Readonly<Record<string, number>>) => [...new Set(Object.values(after))]

/** A number of days as a part of a parameter's name, which has no minus. */
const named = (days: number) => (days < 0 ? `Before${-days}` : String(days))
