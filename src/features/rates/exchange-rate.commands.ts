import type { WriteScope } from '../../database/scope/write-scope.js'
import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { dayOf } from '../../model/state.js'
import { UserError } from '../../lib/user-error.js'
import {
  mostSaved,
  type CreateExchangeRateInput,
  type DatedRateInput,
  type SaveExchangeRatesInput,
  type UpdateExchangeRateInput,
} from './exchange-rate.inputs.js'
import { ExchangeRate } from './exchange-rate.js'
import { readRate } from './rate.js'

export async function createExchangeRate(
  scope: WriteScope,
  { externalId, ...given }: CreateExchangeRateInput,
): Promise<ExchangeRate> {
  return scope.add(assignGiven(scope.make(ExchangeRate, valuesOf(scope, given)), { externalId }))
}

export async function updateExchangeRate(
  scope: WriteScope,
  { id, version, rate, ...given }: UpdateExchangeRateInput,
): Promise<ExchangeRate> {
  const kept = await scope.take(ExchangeRate, id, version)
  if (rate === null)
    throw new UserError('REQUIRED', 'rate cannot be cleared; delete the exchange rate instead.', 'rate')
  return scope.change(assignGiven(kept, { ...given, ...(rate === undefined ? {} : { rate: readRate(rate) }) }))
}

export async function deleteExchangeRate(scope: WriteScope, { id, version }: RecordVersion): Promise<ExchangeRate> {
  const kept = await scope.take(ExchangeRate, id, version)
  await scope.remove(kept)
  return kept
}

/** Keeps many at once; asked again it changes nothing. */
export async function saveExchangeRates(scope: WriteScope, { rates }: SaveExchangeRatesInput) {
  if (rates.length > mostSaved)
    throw new UserError(
      'RATES_TOO_MANY',
      `One request takes at most ${mostSaved} rates; send the others after them.`,
      'rates',
    )
  const given = rates.map((each, at) => named(`rates.${at}`, () => valuesOf(scope, each)))
  const keyOf = ({ currency, day }: { currency: string; day: string }) => `${currency} ${day}`
  const wanted = new Map(given.map(each => [keyOf(each), each]))
  if (wanted.size < given.length)
    throw new UserError('RATE_TWICE', 'Two rates have the same currency and day; leave one of them out.', 'rates')
  const days = given.map(({ day }) => day).sort()
  const there =
    given.length === 0
      ? []
      : await scope.list(ExchangeRate, {
          sql: 't.currency IN (:...currencies) AND t.day >= :first AND t.day <= :last',
          parameters: {
            currencies: [...new Set(given.map(({ currency }) => currency))],
            first: days[0] ?? '',
            last: days.at(-1) ?? '',
          },
        })
  let changed = 0
  for (const kept of there) {
    const now = wanted.get(keyOf(kept))
    wanted.delete(keyOf(kept))
    if (!now || now.rate === kept.rate) continue
    await scope.change(Object.assign(kept, { rate: now.rate }))
    changed++
  }
  await scope.addAll([...wanted.values()].map(each => scope.make(ExchangeRate, { ...each, externalId: null })))
  return { created: wanted.size, changed, unchanged: given.length - wanted.size - changed }
}

function valuesOf(scope: WriteScope, { currency, day, rate }: DatedRateInput) {
  const base = scope.organization.baseCurrency
  if (currency === base)
    throw new UserError(
      'RATE_INVALID',
      `The rate of ${base}, the base currency, is always 1; give only rates of other currencies.`,
      'currency',
    )
  return { currency, day: dayOf(day, scope.today, 'day'), rate: readRate(rate) }
}

/** The error names the element of a list as well. */
function named<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(error.code, error.message, error.field === undefined ? place : `${place}.${error.field}`)
      : error
  }
}
