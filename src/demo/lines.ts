import type { ClassType } from 'type-graphql'
import type { DocumentLine, DocumentRow } from '../features/purchasing/index.js'
import { inBaseAt } from '../features/rates/index.js'
import { lineNet, totals, type LineAmounts, type Totals } from '../lib/totals.js'
import type { Desk } from './desk.js'
import type { Random } from './random.js'
import type { Story } from './story.js'
import type { Article } from './vocabulary/work.js'

export interface LineDraft extends LineAmounts {
  description: string
}

const percent = 10_000n

/** The currency of a client's next document: its own, now and then another. */
export const currencyOf = ({ desk, client }: Story) =>
  client.currency ??
  (desk.random.chance(0.05) ? desk.random.pick(['USD', 'GBP', 'USD', 'JPY', 'KWD']) : desk.baseCurrency)

/** Millionths of a major unit for a price in euro cents, in prices as people write them. */
function priceIn(currency: string, cents: number, random: Random): bigint {
  if (currency === 'JPY') return BigInt(Math.max(1, Math.round(cents * 1.6))) * 1_000_000n
  if (currency === 'KWD') return BigInt(Math.round(cents * 3.3)) * 1000n
  const fine = cents < 1000 && random.chance(0.3) ? BigInt(random.whole(1, 9999)) : 0n // cable at 0.351275 the metre
  return BigInt(cents) * 10_000n + fine
}

/** Lines for a document, with the taxes of Spain at home and none abroad. */
export function draftLines(
  { desk: { random }, client, language }: Story,
  articles: readonly Article[],
  currency: string,
  discount: bigint | null = null,
): LineDraft[] {
  const usualRate = random.pick([21n, 21n, 21n, 21n, 10n, 4n]) * percent
  return Array.from({ length: random.pick([1, 1, 2, 2, 3, 4, 6]) }, () => {
    const article = random.pick(articles)
    const whole = BigInt(random.whole(1, article.most))
    return {
      description: article[language],
      quantity:
        article.most > 20 && random.chance(0.3)
          ? whole * percent + BigInt(random.pick([2500, 5000, 7500, 1234]))
          : whole * percent,
      unitPrice: priceIn(currency, random.whole(article.from, article.to), random),
      discount: discount ?? (random.chance(0.12) ? random.pick([50_000n, 100_000n, 125_000n, 333_333n]) : 0n),
      taxRate:
        client.country === 'ES'
          ? random.chance(0.85)
            ? usualRate
            : random.pick([10n * percent, 4n * percent, 0n, null])
          : random.pick([null, 0n]),
    }
  })
}

/** Writes the lines of a document and its sums. */
export function fill<L extends DocumentLine>(
  desk: Desk,
  document: DocumentRow,
  type: ClassType<L>,
  link: Partial<L>,
  drafts: readonly LineDraft[],
  withholdingRate: bigint | null = null,
): { lines: L[]; sums: Totals } {
  const { currency, rate } = document
  const sums = totals(drafts, withholdingRate, currency)
  Object.assign(document, {
    net: sums.net,
    tax: sums.tax,
    netBase: inBaseAt(rate, sums.net, currency, desk.baseCurrency),
  })
  const lines = drafts.map((draft, index) =>
    desk.make(type, { ...draft, ...link, position: index + 1, currency, net: lineNet(draft, currency) }),
  )
  return { lines, sums }
}
