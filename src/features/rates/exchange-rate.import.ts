import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { dayOf } from '../../model/state.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import {
  currencyOf,
  type ImportDescription,
  type ImportField,
  type PlannedRow,
  type RowReader,
  type RowValues,
  type Written,
} from '../imports/index.js'
import { createExchangeRate, updateExchangeRate } from './exchange-rate.commands.js'
import { ExchangeRate } from './exchange-rate.js'
import { readRate, spelledRate } from './rate.js'

const fields: readonly ImportField[] = [
  {
    name: 'id',
    identity: true,
    description: "The exchange rate's id in Clientela, as an export has it.",
    headers: ['id', 'clientela id'],
    fits: text => isId(text, 'exr'),
  },
  {
    name: 'currency',
    required: true,
    description: 'The currency of which it tells the worth, as an ISO 4217 code.',
    headers: ['currency', 'moneda', 'divisa', 'currency code'],
  },
  {
    name: 'day',
    required: true,
    description: 'The day it is of.',
    headers: ['day', 'date', 'dia', 'día', 'data', 'fecha'],
  },
  {
    name: 'rate',
    required: true,
    holds: 'NUMBER',
    description: 'Base units for one unit of the currency, up to 10 decimals.',
    headers: ['rate', 'exchange rate', 'tipus de canvi', 'tipo de cambio', 'canvi', 'cambio', 'valor', 'value'],
  },
]

interface RateValues extends RowValues {
  currency?: string
  day?: string
  rate?: string
}

const keyOf = ({ currency = '', day = '' }: Pick<RateValues, 'currency' | 'day'>) => `${currency} ${day}`

/** One rate in each row. An existing rate of the same currency and day takes the new value. */
export const exchangeRateImport: ImportDescription<ExchangeRate, RateValues> = {
  type: ExchangeRate,
  fields,

  read(row, organization) {
    row.need('currency', 'CURRENCY_REQUIRED', 'An exchange rate needs its currency.')
    row.need('day', 'DATE_REQUIRED', 'An exchange rate needs its day.')
    row.take(
      'currency',
      text => {
        const currency = currencyOf(text)
        refuseBase(currency, organization.baseCurrency)
        return currency
      },
      { stays: true },
    )
    row.take('day', row.day, { stays: true })
    row.takeDecimal('rate', decimal => spelledRate(readRate(decimal)))
    if (row.lacks('rate')) row.refuse('RATE_REQUIRED', 'An exchange rate needs its value.', 'rate')
  },

  async match(scope, rows) {
    const there = await ratesOf(scope, rows)
    for (const row of rows) row.record = there.get(keyOf(row.values)) ?? null
  },

  claims: row => {
    const { currency, day } = row.values
    return [
      {
        key: keyOf({ currency, day }),
        code: 'RATE_DUPLICATE_IN_FILE',
        message: `An earlier row of the file has a rate of ${currency} on ${day}; keep one of them.`,
        field: 'day',
      },
    ]
  },

  async changes(scope, rows) {
    return new Map(
      rows.map(row => {
        const { currency, day, rate } = row.values
        if (day !== undefined) row.attempt('day', () => dayOf(day, scope.today, 'day'))
        const after = { currency: currency ?? null, day: day ?? null, rate: rate ?? null }
        const before = row.record
          ? { currency: row.record.currency, day: row.record.day, rate: spelledRate(row.record.rate) }
          : null
        return [
          row,
          (['currency', 'day', 'rate'] as const)
            .map(field => ({ field, before: before?.[field] ?? null, after: after[field] }))
            .filter(change => change.before !== change.after),
        ]
      }),
    )
  },

  title: row => keyOf(row.values),

  async refuseTaken(scope, rows) {
    const [holder] = (
      await ratesOf(
        scope,
        rows.filter(({ record }) => !record),
      )
    ).values()
    if (holder)
      throw new UserError(
        'IMPORT_STALE',
        `The rate of ${holder.currency} on ${holder.day} was made since the plan; plan again.`,
        'id',
      )
  },

  async write(scope, rows) {
    const written: Written[] = []
    for (const row of rows) written.push(await writeRate(scope, row))
    return written
  },
}

function refuseBase(currency: string, base: string) {
  if (currency === base)
    throw new UserError(
      'RATE_INVALID',
      `The rate of ${base}, the base currency, is always 1; give only rates of other currencies.`,
    )
}

/** Returns the kept rates of the currencies and days of some rows, by currency and day. */
async function ratesOf(
  scope: ReadScope,
  rows: readonly (RowReader<ExchangeRate, RateValues> | PlannedRow<ExchangeRate, RateValues>)[],
): Promise<Map<string, ExchangeRate>> {
  const given = rows
    .map(({ values }) => values)
    .filter(({ currency, day }) => currency !== undefined && day !== undefined)
  if (given.length === 0) return new Map()
  const wanted = new Set(given.map(keyOf))
  const found = await scope.list(ExchangeRate, {
    sql: 't.currency IN (:...currencies) AND t.day IN (:...days)',
    parameters: {
      currencies: [...new Set(given.map(({ currency = '' }) => currency))],
      days: [...new Set(given.map(({ day = '' }) => day))],
    },
  })
  return new Map(found.map(rate => [keyOf(rate), rate] as const).filter(([key]) => wanted.has(key)))
}

async function writeRate(scope: WriteScope, row: PlannedRow<ExchangeRate, RateValues>): Promise<Written> {
  const { currency = '', day = '', rate = '' } = row.values
  if (!row.record) return { record: await createExchangeRate(scope, { currency, day, rate }), before: null }
  const { id, version, rate: was } = row.record
  return { record: await updateExchangeRate(scope, { id, version, rate }), before: { rate: was.toString() } }
}
