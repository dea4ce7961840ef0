import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { transition, type OnDay } from '../../database/scope/transition.js'
import { formatDecimal } from '../../lib/decimal.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { createInvoice, invoiceReleases } from '../invoicing/index.js'
import {
  convertTotalled,
  draftTotalled,
  nextNumber,
  replaceLines,
  seriesOf,
  describeLines,
  type DocumentFields,
} from '../purchasing/index.js'
import { hasOwnRate, moveRate, spelledRate, warnWithoutRate } from '../rates/index.js'
import { Deal } from './deal.js'
import type { CreateQuoteInput, QuoteFields, UpdateQuoteInput } from './quote.inputs.js'
import { Quote, QuoteLine, QuoteState } from './quote.js'

const defaultSeries = 'Q'

export async function createQuote(
  scope: WriteScope,
  { clientId, currency, rate, lines, ...given }: CreateQuoteInput,
): Promise<Quote> {
  const client = await scope.get(Client, clientId)
  client.acceptNew('quotes')
  const quote = scope.make(Quote, { clientId, state: QuoteState.DRAFT, series: defaultSeries })
  await setFields(scope, quote, given)
  const drafted = await draft(
    scope,
    quote,
    { currency: currency ?? client.currency ?? scope.organization.baseCurrency, rate, lines: lines ?? [] },
    [],
  )
  warnWithoutRate(scope, quote, scope.today)
  await scope.add(quote, { after: { lines: describeLines(drafted) } })
  await scope.insertParts(drafted)
  return quote
}

export async function updateQuote(
  scope: WriteScope,
  { id, version, currency, rate, lines, ...given }: UpdateQuoteInput,
): Promise<Quote> {
  const quote = await scope.take(Quote, id, version)
  quote.refuseUnlessDraft()
  const before = await linesOf(scope, id)
  await setFields(scope, quote, given)
  const after = await draft(scope, quote, { currency, rate, lines }, before)
  const changed = JSON.stringify(describeLines(before)) !== JSON.stringify(describeLines(after))
  if (lines || currency) await replaceLines(scope, QuoteLine, 'quoteId', id, after)
  return scope.change(
    quote,
    changed ? { before: { lines: describeLines(before) }, after: { lines: describeLines(after) } } : {},
  )
}

export async function deleteQuote(scope: WriteScope, { id, version }: RecordVersion): Promise<Quote> {
  const quote = await scope.take(Quote, id, version)
  quote.refuseUnlessDraft()
  if (quote.number && quote.series)
    throw new UserError(
      'QUOTE_NUMBERED',
      `The quote was sent as ${quote.number}, and deleting it leaves a gap in the numbers; send it again and decline it instead.`,
      'id',
    )
  const lines = await linesOf(scope, id)
  await scope.removeParts(QuoteLine, 'quoteId', id)
  await scope.remove(quote, { before: { lines: describeLines(lines) } })
  return quote
}

export function sendQuote(scope: WriteScope, given: OnDay<'sentOn'>): Promise<Quote> {
  return transition(scope, Quote, given, { verb: 'SENT', day: 'sentOn' }, async (quote, on) => {
    const isDraft = quote.state === QuoteState.DRAFT
    if (isDraft && (await linesOf(scope, quote.id)).length === 0)
      throw new UserError('LINES_REQUIRED', 'Add at least one line before you send the quote.', 'lines')
    const freshNumber = () => nextNumber(scope, quote.series ?? defaultSeries, 'QUOTE', on)
    quote.send(quote.number ?? (isDraft ? await freshNumber() : ''), on)
    await moveRate(scope, quote, on)
    convertTotalled(scope, quote)
    warnWithoutRate(scope, quote, on)
  })
}

export function returnQuoteToDraft(scope: WriteScope, given: OnDay<'on'>): Promise<Quote> {
  return transition(scope, Quote, given, { verb: 'RETURNED', day: 'on' }, (quote, on) => {
    quote.returnToDraft(on)
  })
}

export function acceptQuote(scope: WriteScope, given: OnDay<'acceptedOn'>, isWarned = true): Promise<Quote> {
  return transition(scope, Quote, given, { verb: 'ACCEPTED', day: 'acceptedOn' }, (quote, on) => {
    quote.accept(on)
    if (isWarned && quote.isExpired(on))
      scope.warn(
        'QUOTE_EXPIRED',
        `The quote was valid until ${quote.validUntil} and is accepted on ${on}; check that its prices still hold.`,
        'acceptedOn',
      )
  })
}

export function declineQuote(scope: WriteScope, given: OnDay<'declinedOn'>): Promise<Quote> {
  return transition(scope, Quote, given, { verb: 'DECLINED', day: 'declinedOn' }, (quote, on) => {
    quote.decline(on)
  })
}

/** Once, however often asked: whoever asks again, perhaps with the version of before, hears of the same invoice. */
export async function invoiceQuote(scope: WriteScope, { id, version }: RecordVersion): Promise<Quote> {
  const known = await scope.take(Quote, id)
  if (known.state === QuoteState.INVOICED) return known
  const quote = await scope.take(Quote, id, version)
  quote.refuseUnlessAccepted()
  const { clientId, currency } = quote
  const rate = quote.rate !== null && hasOwnRate(quote) ? spelledRate(quote.rate) : null
  const lines = (await linesOf(scope, id)).map(({ description, quantity, unitPrice, discount, taxRate }) => ({
    description,
    quantity: formatDecimal(quantity, 4),
    unitPrice: formatDecimal(unitPrice, 6),
    discount: formatDecimal(discount, 4),
    taxRate: taxRate === null ? null : formatDecimal(taxRate, 4),
  }))
  quote.becomeInvoice(await createInvoice(scope, { clientId, currency, rate, lines }))
  return scope.change(quote, { verb: 'INVOICED' })
}

invoiceReleases.push(async (scope, invoice, on) => {
  for (const { id } of await scope.list(Quote, {
    sql: 't.invoiceId = :invoice',
    parameters: { invoice: invoice.id },
  })) {
    const quote = await scope.take(Quote, id)
    quote.release()
    await scope.change(quote, { verb: 'RELEASED', on })
  }
})

const linesOf = (scope: ReadScope, quoteId: string) =>
  scope
    .list(QuoteLine, { sql: 't.quoteId = :quoteId', parameters: { quoteId } })
    .then(lines => lines.sort((a, b) => a.position - b.position))

const draft = (scope: WriteScope, quote: Quote, given: DocumentFields, present: readonly QuoteLine[]) =>
  draftTotalled(scope, quote, given, {
    present,
    make: values => scope.make(QuoteLine, { ...values, quoteId: quote.id }),
    on: scope.today,
  })

async function setFields(
  scope: WriteScope,
  quote: Quote,
  { series, externalNumber, ...given }: Omit<QuoteFields, 'currency' | 'rate' | 'lines'>,
) {
  assignGiven(quote, given)
  if (series !== undefined || externalNumber !== undefined) setNumber(quote, series, externalNumber)
  if (!quote.dealId) return
  const deal = await scope.get(Deal, quote.dealId)
  if (deal.clientId !== quote.clientId)
    throw new UserError(
      'DEAL_OF_ANOTHER_CLIENT',
      `${deal.title} is a deal with another client; choose one with this client.`,
      'dealId',
    )
}

/** A number of our series stays with its series; one of another system stands outside them. */
function setNumber(quote: Quote, series: string | null | undefined, externalNumber: string | null | undefined) {
  const wanted = seriesOf((series === undefined ? quote.series : series) ?? defaultSeries)
  if (quote.number && quote.series) {
    if (externalNumber)
      throw new UserError(
        'NUMBER_GIVEN',
        `The quote already has the number ${quote.number} and keeps it; leave externalNumber out.`,
        'externalNumber',
      )
    if (wanted !== quote.series)
      throw new UserError(
        'NUMBER_GIVEN',
        `The quote already has the number ${quote.number} and keeps its series; leave series out.`,
        'series',
      )
    return
  }
  const number = externalNumber === undefined ? quote.number : normalText(externalNumber ?? '') || null
  if (series && number)
    throw new UserError(
      'SERIES_GIVEN',
      'An external number belongs to none of our series; leave one of the two out.',
      'series',
    )
  Object.assign(quote, { number, series: number ? null : wanted })
}
