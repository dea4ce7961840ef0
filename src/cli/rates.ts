import { readFile, stat } from 'node:fs/promises'
import {
  FillRatesDocument,
  OrganizationDocument,
  SaveExchangeRatesDocument,
  type ClientelaClient,
} from '@clientela/sdk'
import { readConfig } from '../config.js'
import { formatDecimal } from '../lib/decimal.js'
import { RATE_PLACES } from '../lib/money.js'
import { readReferenceRates } from '../lib/reference-rates.js'
import { UserError } from '../lib/user-error.js'
import { command, jsonOption, refuseNoDay } from './command.js'
import { print } from './output.js'
import { progressBar, type Progress } from './progress.js'
import { withClient } from './with-client.js'

/** In bytes. */
const largestFile = 50_000_000
/** So many rates go in one change. Other writers then wait for a second at most. */
const portion = 500

export const ratesCommand = command('rates').description(
  'Keep exchange rates, through the API at CLIENTELA_URL with CLIENTELA_API_KEY.',
)

ratesCommand
  .command('import')
  .description(
    "Keep the rates of the European Central Bank's reference file: eurofxref-hist.csv, or eurofxref.csv of one day. Run again it changes nothing.",
  )
  .argument('<file>', 'the file, unpacked')
  .addOption(jsonOption())
  .option('--since <day>', 'only rates of this day and later, YYYY-MM-DD')
  .action(async (file: string, { json, since }: { json?: boolean; since?: string }) => {
    if (since !== undefined) refuseNoDay(since)
    const bar = progressBar('Rates', json)
    const report = await withClient(readConfig().api, client => importRates(client, file, since, bar)).finally(bar.stop)
    print(
      json,
      report,
      `${report.created} rates are new, ${report.changed} were changed, ${report.unchanged} were there already.`,
    )
  })

ratesCommand
  .command('fill')
  .description('Give all documents without a rate the one that is kept of their day.')
  .addOption(jsonOption())
  .action(async ({ json }: { json?: boolean }) => {
    const bar = progressBar('Documents', json)
    const report = await withClient(readConfig().api, client => fillRates(client, bar)).finally(bar.stop)
    print(json, report, `${report.filled} documents took a rate; ${report.withoutRate} still lack one.`)
  })

/** Keeps the rates of the reference file, the oldest first. */
async function importRates(client: ClientelaClient, file: string, since: string | undefined, progress: Progress) {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new UserError('FILE_UNREADABLE', `${file} cannot be read; check its name.`)
  if (found.size > largestFile)
    throw new UserError(
      'FILE_TOO_LARGE',
      `${file} is larger than any reference file; unpack eurofxref-hist.zip and give the CSV file in it.`,
    )
  const { organization } = await client.request(OrganizationDocument)
  const rates = [...readReferenceRates(await readFile(file, 'utf8'), organization.baseCurrency, since)].reverse()
  const report = { created: 0, changed: 0, unchanged: 0 }
  for (let from = 0; from < rates.length; from += portion) {
    const some = rates.slice(from, from + portion)
    const input = { rates: some.map(({ rate, ...each }) => ({ ...each, rate: formatDecimal(rate, RATE_PLACES) })) }
    const saved = await client.mutate(SaveExchangeRatesDocument, { input })
    for (const name of ['created', 'changed', 'unchanged'] as const) report[name] += saved[name]
    progress.update(Math.min(from + portion, rates.length), rates.length)
  }
  return report
}

/** Gives rates to documents until none can take one; the server fills a portion at a time. */
async function fillRates(client: ClientelaClient, progress: Progress) {
  for (let total = 0; ;) {
    const { filled, withoutRate, more } = await client.mutate(FillRatesDocument, { input: {} })
    total += filled
    progress.update(total, total + withoutRate)
    if (!more || filled === 0) return { filled: total, withoutRate }
  }
}
