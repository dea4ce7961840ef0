import { Deal, Quote, QuoteLine, QuoteState, type DealStage } from '../features/deals/index.js'
import type { Invoice } from '../features/invoicing/index.js'
import { describeLines } from '../features/purchasing/index.js'
import { inBaseAt } from '../features/rates/index.js'
import { fold } from '../lib/fold.js'
import type { Desk } from './desk.js'
import { authorise, draftFromQuote, submit, voidInvoice } from './invoices.js'
import { currencyOf, draftLines, fill, type LineDraft } from './lines.js'
import { at } from './random.js'
import { rateMoved, rateOn } from './rates.js'
import { ago, type Story } from './story.js'
import { articles, dealTitles } from './vocabulary/work.js'

/** The fate of the quote of a deal. */
type QuoteEnd =
  'NONE' | 'DRAFT' | 'SENT' | 'RETURNED' | 'EXPIRED' | 'DECLINED' | 'ACCEPTED' | 'INVOICED' | 'PAID' | 'RELEASED'

interface Life {
  /** Days before the last one on which it was opened: at least, at most. */
  opened: [number, number]
  /** The last open stage it reached, counted from 0. */
  reached: number
  end?: 'WON' | 'LOST' | 'REOPENED'
  quote: QuoteEnd
}

const past: [number, number] = [70, 1000]
const proposal = 2
const lives: readonly Life[] = [
  { opened: past, reached: 3, end: 'WON', quote: 'PAID' },
  { opened: [14, 24], reached: 2, quote: 'SENT' },
  { opened: past, reached: 3, end: 'LOST', quote: 'DECLINED' },
  { opened: [0, 20], reached: 0, quote: 'NONE' },
  { opened: [34, 48], reached: 3, end: 'WON', quote: 'INVOICED' },
  { opened: [60, 160], reached: 3, quote: 'EXPIRED' },
  { opened: [10, 40], reached: 1, quote: 'DRAFT' },
  { opened: [34, 60], reached: 2, end: 'WON', quote: 'ACCEPTED' },
  { opened: past, reached: 2, end: 'LOST', quote: 'EXPIRED' },
  { opened: [90, 1000], reached: 3, end: 'WON', quote: 'RELEASED' },
  { opened: [16, 24], reached: 3, quote: 'RETURNED' },
  { opened: [70, 300], reached: 1, end: 'REOPENED', quote: 'NONE' },
  { opened: past, reached: 1, end: 'LOST', quote: 'NONE' },
]

/** The deals of a client, with their quotes. */
export function planDeals(story: Story) {
  const { counts, first } = story.plan
  for (let index = 0; index < counts.deals; index++) planDeal(story, at(lives, first.deals + index))
}

function planDeal(story: Story, life: Life) {
  const { desk, client, stages } = story
  const { random } = desk
  const open = stages.filter(({ category }) => category === 'OPEN')
  desk.before(ago(story, ...life.opened), () => {
    client.acceptNew('deals')
    const deal = openDeal(story, at(open, 0))
    let days = 0
    for (const [place, stage] of open.slice(0, life.reached + 1).entries()) {
      if (place > 0) days += random.whole(1, 4)
      if (place > 0) desk.in(days, () => move(story, deal, stage))
      if (place === Math.min(proposal, life.reached) && life.quote !== 'NONE')
        desk.in(days, () => planQuote(story, deal, life.quote))
    }
    if (life.reached > proposal)
      desk.in(days, () =>
        desk.change(deal, () => {
          deal.probability = random.pick([60, 70, 75, 80])
        }),
      )
    if (!life.end) return
    const won = life.end === 'WON' && life.quote !== 'NONE' // the yes to its quote wins it
    const closing = stages.find(({ category }) => category === 'LOST')
    if (!won && closing) desk.in(days + random.whole(8, 20), () => move(story, deal, closing))
    if (life.end === 'REOPENED') desk.in(days + random.whole(25, 40), () => move(story, deal, at(open, 1)))
  })
}

function openDeal(story: Story, stage: DealStage): Deal {
  const { desk, client, users, language } = story
  const { random } = desk
  const title = `${random.pick(dealTitles[language])}${random.chance(0.3) ? ` ${desk.today.slice(0, 4)}` : ''}`
  const currency = currencyOf(story)
  const { rate } = rateOn(desk, currency, desk.today)
  const value = BigInt(random.whole(4, 240)) * (currency === 'KWD' ? 100_000n : 10_000n) // hundreds of euros, ten thousands of yen
  return desk.add(
    desk.make(Deal, {
      clientId: client.id,
      title,
      titleFolded: fold(title),
      currency,
      rate,
      value,
      valueBase: inBaseAt(rate, value, currency, desk.baseCurrency),
      probability: random.pick([10, 20, 25, 30, 40, 50]),
      stageId: stage.id,
      category: stage.category,
      expectedCloseOn: random.chance(0.8) ? desk.day(random.whole(15, 75)) : null,
      ownerId: random.chance(0.9) ? random.pick(users).id : null,
    }),
  )
}

function move({ desk }: Story, deal: Deal, stage: DealStage) {
  const event = { verb: 'MOVED', on: desk.today }
  desk.change(
    deal,
    () => {
      event.verb = deal.move(stage, desk.today)
    },
    event,
  )
}

/** Writes a quote and plans what becomes of it. The deal is worth the net of the quote. */
function planQuote(story: Story, deal: Deal, end: QuoteEnd) {
  const { desk, client } = story
  const { random } = desk
  if (client.archivedAt) return // it left before it was offered anything
  client.acceptNew('quotes')
  const { quote, lines } = writeQuote(story, deal)
  if (end === 'DRAFT') return
  const change = (verb: string, act: () => void) => desk.change(quote, act, { verb, on: desk.today })
  const send = () =>
    change('SENT', () => {
      quote.send(quote.number ?? desk.nextNumber('Q', 'QUOTE'), desk.today)
      Object.assign(quote, rateMoved(desk, quote, desk.today))
      convert(desk, quote)
    })
  desk.in(0, () => {
    send()
    desk.in(0, () =>
      desk.change(deal, () =>
        Object.assign(deal, {
          value: quote.net,
          valueBase: inBaseAt(deal.rate, quote.net, deal.currency, desk.baseCurrency),
        }),
      ),
    )
  })
  if (end === 'RETURNED') {
    desk.in(1, () => change('RETURNED', () => quote.returnToDraft(desk.today)))
    desk.in(2, send)
  }
  const answered = random.whole(6, 14)
  if (end === 'DECLINED') desk.in(answered, () => change('DECLINED', () => quote.decline(desk.today)))
  if (end === 'SENT' || end === 'RETURNED' || end === 'EXPIRED' || end === 'DECLINED') return
  desk.in(answered, () => {
    change('ACCEPTED', () => quote.accept(desk.today))
    const won = story.stages.find(({ category }) => category === 'WON')
    if (won) desk.in(0, () => move(story, deal, won))
    if (end !== 'ACCEPTED') desk.in(random.whole(1, 3), () => planInvoice(story, quote, lines, end))
  })
}

function writeQuote(story: Story, { id, currency }: Deal): { quote: Quote; lines: readonly LineDraft[] } {
  const { desk, client } = story
  const quote = desk.make(Quote, {
    clientId: client.id,
    dealId: id,
    state: QuoteState.DRAFT,
    series: 'Q',
    currency,
    ...rateOn(desk, currency, desk.today),
    validUntil: desk.day(desk.random.pick([30, 30, 45])),
  })
  const drafts = draftLines(story, articles, currency)
  const { lines, sums } = fill(desk, quote, QuoteLine, { quoteId: quote.id }, drafts)
  quote.total = sums.net + sums.tax
  convert(desk, quote)
  desk.add(quote, { after: { lines: describeLines(lines) } })
  desk.addParts(lines)
  return { quote, lines: drafts }
}

function convert({ baseCurrency }: Desk, quote: Quote) {
  const { rate, net, total, currency } = quote
  Object.assign(quote, {
    netBase: inBaseAt(rate, net, currency, baseCurrency),
    totalBase: inBaseAt(rate, total, currency, baseCurrency),
  })
}

/** Invoices the accepted quote: the invoice stays a draft, is paid, or is voided, and then another follows. */
function planInvoice(story: Story, quote: Quote, lines: readonly LineDraft[], end: QuoteEnd) {
  const { desk, books, client } = story
  if (client.archivedAt) return
  const invoice = draftFromQuote(story, quote, lines)
  desk.change(quote, () => quote.becomeInvoice(invoice), { verb: 'INVOICED', on: desk.today })
  if (end === 'INVOICED') return
  desk.in(0, () => {
    submit(story, invoice)
    desk.in(1, () => authorise(story, invoice))
  })
  if (end === 'RELEASED') return desk.in(3, () => release(story, quote, invoice, lines))
  desk.in(desk.random.whole(15, 40), () => {
    const amount = books.due(invoice)
    if (amount > 0n)
      books.pay({ clientId: client.id, kind: 'SALE', currency: invoice.currency, amount, paidOn: desk.today }, invoice)
  })
}

function release(story: Story, quote: Quote, invoice: Invoice, lines: readonly LineDraft[]) {
  const { desk } = story
  desk.change(quote, () => quote.release(), { verb: 'RELEASED', on: desk.today })
  voidInvoice(story, invoice)
  desk.in(2, () => planInvoice(story, quote, lines, 'PAID'))
}
