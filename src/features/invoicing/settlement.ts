import { toBase } from '../../lib/money.js'
import type { Day } from '../../lib/calendar.js'

/** Something that takes part of an amount from one day on, until it is undone. */
export interface Taking {
  from: Day
  /** The first day on which it no longer counts. */
  until: Day | null
  amount: bigint
  /** Its part in base, at the rate of the amount it is taken from. */
  base: bigint | null
}

/** An amount of which parts are taken: an invoice that is paid, a payment that is spent. */
export interface Whole {
  amount: bigint
  base: bigint | null
  currency: string
  rate: bigint | null
}

const inForce = ({ from, until }: Taking, on: Day) => from <= on && (until === null || until > on)

const left = (whole: Whole, takings: readonly Taking[], on: Day) =>
  takings.filter(taking => inForce(taking, on)).reduce((rest, { amount }) => rest - amount, whole.amount)

/** The days from `on` on which less may be left than on the day before. */
const tightDays = (takings: readonly Taking[], on: Day) =>
  [on, ...takings.map(({ from }) => from).filter(day => day > on)].sort()

/** The most that can still be taken from `on`: the least that is left on that day or any later one. */
export function available(whole: Whole, takings: readonly Taking[], on: Day): bigint {
  return tightDays(takings, on)
    .map(day => left(whole, takings, day))
    .reduce((least, rest) => (rest < least ? rest : least))
}

/**
 * Returns the base part of a new taking: its amount at the rate of the whole. The taking that leaves nothing takes all
 * that is left in base, so that nothing stays due in base. The part is never more than is left on any later day, nor
 * below 0.
 */
export function basePart(
  whole: Whole,
  takings: readonly Taking[],
  on: Day,
  amount: bigint,
  baseCurrency: string,
): bigint | null {
  if (whole.rate === null || whole.base === null) return null
  const wholeBase = whole.base
  const settledOn = tightDays(takings, on).findLast(day => left(whole, takings, day) === amount)
  const restOn = (day: Day) =>
    takings.filter(taking => inForce(taking, day)).reduce((sum, { base }) => sum - (base ?? 0n), wholeBase)
  const rest = tightDays(takings, settledOn ?? on)
    .map(restOn)
    .reduce((least, each) => (each < least ? each : least))
  if (settledOn !== undefined) return rest
  const part = toBase(amount, whole.currency, baseCurrency, whole.rate)
  return part > rest ? (rest < 0n ? 0n : rest) : part
}

/**
 * The base parts of takings whose whole has its rate only now: as they would have been, had each found those before it.
 */
export function basePartsOf(whole: Whole, takings: readonly Taking[], baseCurrency: string): (bigint | null)[] {
  const done: Taking[] = []
  for (const taking of takings)
    done.push({ ...taking, base: basePart(whole, done, taking.from, taking.amount, baseCurrency) })
  return done.map(({ base }) => base)
}
