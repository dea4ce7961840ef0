import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { refuseWithout } from '../../model/access.js'
import type { RecordRow } from '../../model/row.js'
import { byId, type ReadScope, type WriteScope } from '../../database/scope/write-scope.js'
import { computed } from '../../model/computed.js'
import { badInput } from '../../model/errors.js'
import { writeOf } from '../../model/permission.js'
import type { Day } from '../../lib/calendar.js'
import { prefixOf } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { mostFilled, type FillRatesInput, type SetRateInput } from './exchange-rate.inputs.js'
import { keptRates, type KeptRate, type Rated } from './kept-rate.js'
import { readRate, spelledRate } from './rate.js'
import { metadataByPrefix, metadataOf } from '../../model/entity-metadata.js'

type RatedRow = RecordRow & ObjectLiteral & Rated

/** A kind of record that carries a rate, and may get it after it was made. */
export interface RatedKind<T extends RatedRow = RatedRow> {
  type: ClassType<T>
  /** The day whose rate it takes. */
  dayOf(row: T, scope: ReadScope): Day
  /** Works out its amounts in base again, and those of its allocations and refunds. */
  convert(scope: WriteScope, row: T): Promise<void>
}

const kinds: RatedKind[] = []

/** For features whose records carry a rate. */
export function addRatedKind<T extends RatedRow>(kind: RatedKind<T>) {
  kinds.push(kind) // each gets rows of its own type only
}

/** The fields that lists of such records filter by. */
export const withoutRate = computed(
  'withoutRate',
  'flag',
  'Whether it lacks a rate to the base currency, and thus amounts in it.',
  'CASE WHEN t.rate IS NULL THEN 1 ELSE 0 END',
)

/** Gives a rate to what has none, also when nothing else of it can be changed any more. */
export async function setRate(scope: WriteScope, { id, version, rate: given }: SetRateInput): Promise<RecordRow> {
  const metadata = metadataByPrefix(prefixOf(id))
  const kind = kinds.find(({ type }) => type === metadata?.type)
  if (!kind)
    throw badInput(
      `${id} is not the id of a record with a rate; give that of ${kinds.map(({ type }) => metadataOf(type).name).join(', ')}.`,
    )
  refuseWithout(scope.setting.access, writeOf(metadataOf(kind.type).permission))
  const row = await scope.take(kind.type, id, version)
  const rate = readRate(given)
  if (row.rate !== null)
    throw new UserError(
      'RATE_PRESENT',
      `The document already has the rate ${spelledRate(row.rate)}, and a rate never changes once it is there.`,
      'rate',
    )
  return change(scope, kind, row, { rate, day: null })
}

async function change<T extends RatedRow>(
  scope: WriteScope,
  kind: RatedKind<T>,
  row: T,
  { rate, day }: { rate: bigint; day: Day | null },
): Promise<T> {
  row.rate = rate
  if ('rateDay' in row) Object.assign(row, { rateDay: day })
  await kind.convert(scope, row)
  return scope.change(row, { verb: 'RATE_SET' })
}

/** Gives what lacks a rate the one that is kept of its day, as far as the key may write it. */
export async function fillRates(scope: WriteScope, { most: asked }: FillRatesInput) {
  const most = asked ?? mostFilled
  if (most < 1 || most > mostFilled) throw badInput(`most must be between 1 and ${mostFilled}; it is ${most}.`)
  let [filled, lacking, waiting] = [0, 0, 0]
  for (const kind of kinds) {
    if (!scope.setting.access.permissions.has(writeOf(metadataOf(kind.type).permission))) continue
    const rows = await scope.rowsOf(kind.type, { where: [{ sql: 't.rate IS NULL' }], order: byId })
    const found = await keptFor(scope, kind, rows)
    lacking += rows.length
    waiting += found.length
    for (const { id, currency, on, kept } of found.slice(0, most - filled)) {
      // Nobody was kept from these rows while they were read.
      const [row] = await scope.takeWhere(kind.type, { sql: 't.id = :id AND t.rate IS NULL', parameters: { id } })
      if (!row) {
        lacking--
        waiting--
      } else if (row.currency === currency && kind.dayOf(row, scope) === on) {
        await change(scope, kind, row, kept)
        filled++
      }
    }
  }
  return { filled, withoutRate: lacking - filled, more: waiting > filled }
}

interface Found {
  id: string
  currency: string
  on: Day
  kept: KeptRate
}

async function keptFor(scope: ReadScope, kind: RatedKind, rows: readonly RatedRow[]): Promise<Found[]> {
  const asked = rows.map(row => ({ id: row.id, currency: row.currency, on: kind.dayOf(row, scope) }))
  const keptOf = await keptRates(scope, asked)
  return asked.flatMap(each => {
    const kept = keptOf(each.currency, each.on)
    return kept ? [{ ...each, kept }] : []
  })
}
