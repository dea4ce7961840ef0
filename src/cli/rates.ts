import { readFile, stat } from 'node:fs/promises'
import { formatDecimal } from '../lib/decimal.js'
import { RATE_PLACES } from '../lib/money.js'
import { readReferenceRates } from '../lib/reference-rates.js'
import { UserError } from '../lib/user-error.js'
import type { Progress } from './progress.js'
import { Api } from './api.js'
import type { ApiLocation } from '../config.js'

const largestFile = 50_000_000
/** So many rates go in one change: others wait for a second at most. */
const portion = 500

export interface RatesReport {
  created: number
  changed: number
  unchanged: number
}

interface Saved extends RatesReport {
  userErrors: { code: string; message: string }[]
}

const save =
  'mutation($input: SaveExchangeRatesInput!) { saveExchangeRates(input: $input) { created changed unchanged userErrors { code message } } }'

/** Keeps the rates of the European Central Bank's reference file, oldest first; run again it changes nothing. */
export async function importRates(
  location: ApiLocation,
  file: string,
  { since }: { since?: string },
  progress: Progress,
): Promise<RatesReport> {
  const api = new Api(location)
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new UserError('FILE_UNREADABLE', `${file} cannot be read; check its name.`)
  if (found.size > largestFile)
    throw new UserError(
      'FILE_TOO_LARGE',
      `${file} is larger than any reference file; unpack eurofxref-hist.zip and give the CSV file in it.`,
    )
  const { organization } = await api.ask<{ organization: { baseCurrency: string } }>(
    '{ organization { baseCurrency } }',
  )
  const rates = [...readReferenceRates(await readFile(file, 'utf8'), organization.baseCurrency, since)].reverse()
  const report = { created: 0, changed: 0, unchanged: 0 }
  for (let from = 0; from < rates.length; from += portion) {
    const input = {
      rates: rates
        .slice(from, from + portion)
        .map(({ currency, day, rate }) => ({ currency, day, rate: formatDecimal(rate, RATE_PLACES) })),
    }
    const {
      saveExchangeRates: {
        userErrors: [error],
        ...saved
      },
    } = await api.ask<{ saveExchangeRates: Saved }>(save, { input })
    if (error) throw new UserError(error.code, error.message)
    for (const name of ['created', 'changed', 'unchanged'] as const) report[name] += saved[name]
    progress.update(Math.min(from + portion, rates.length), rates.length)
  }
  return report
}

/** Fills all that lacks a rate from those that are kept, portion by portion. */
export async function fillRates(
  location: ApiLocation,
  progress: Progress,
): Promise<{ filled: number; withoutRate: number }> {
  const api = new Api(location)
  for (let filled = 0; ;) {
    const { fillRates: told } = await api.ask<{ fillRates: { filled: number; withoutRate: number; more: boolean } }>(
      'mutation { fillRates(input: {}) { filled withoutRate more } }',
    )
    filled += told.filled
    progress.update(filled, filled + told.withoutRate)
    if (!told.more || told.filled === 0) return { filled, withoutRate: told.withoutRate }
  }
}
