import { Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { MoneySum } from '../../model/money.js'
import type { ListArguments } from '../../graphql/list.js'
import { extension } from '../../graphql/operation.js'
import { snake } from '../../lib/snake.js'
import {
  among,
  count,
  countNull,
  money,
  Overview,
  OverviewBlocks,
  parentOf,
  source,
  Sum,
  type FigureBlock,
  type Frame,
  type Section,
} from '../figures/index.js'
import { inQuoteState, quoteStateSql } from './quote.computed.js'
import { quoteList, quotePage } from './quote.resolver.js'
import { QuoteState } from './quote.js'

const quotes = source('quotes', {
  alias: 'q',
  from: ours => `quotes q WHERE ${ours('q')}`,
  bucket: quoteStateSql(name => `q.${snake(name)}`),
  buckets: Object.keys(QuoteState),
  currency: 'q.currency',
  sums: { amount: money('q.total', 'q.total_base') },
  withoutRate: countNull('q.total_base'),
  turns: {
    day: 'q.valid_until',
    after: { SENT: 1 },
    documents: { table: 'quotes', day: 'valid_until', condition: "d.state = 'SENT'" },
  },
})

@ObjectType({ description: 'The quotes in one state.', simpleResolvers: true })
export class QuoteStateGroup {
  frame: Frame

  @Field(() => QuoteState, { description: 'The state; EXPIRED follows from the day.' })
  state: QuoteState

  @Field(() => Int, { description: 'How many there are.' })
  count: number

  @Field(() => MoneySum, { description: 'The sum of their totals: net + tax.' })
  amount: MoneySum
}

@ObjectType({ description: 'The quotes for a client or for all, as they stand today.', simpleResolvers: true })
export class QuotesOverview {
  @Field(() => [QuoteStateGroup], { description: 'How many are in each state, and for how much.' })
  byState: QuoteStateGroup[]
}

const quoteSection: Section<QuotesOverview | null> = {
  name: 'quotes',
  description: 'Quotes',
  block: 'quotes',
  direction: '',
  type: QuotesOverview,
  of(groups) {
    const { frame } = groups
    if (!frame.isToday) return null
    const rows = groups.of(quotes)
    return {
      byState: Object.values(QuoteState).map(state => {
        const own = among(rows, state)
        const amount = new Sum().addRows(own, quotes.sums.amount).in(frame.baseCurrency)
        return { frame, state, count: count(own), amount }
      }),
    }
  },
}

export const quoteFigures: FigureBlock = {
  name: 'quotes',
  permission: 'deals:read',
  sources: [],
  sourcesOfToday: [quotes],
  sections: [quoteSection],
  open: [
    {
      kind: 'Quote',
      what: 'quotes sent or accepted',
      isDue: false,
      of: groups => among(groups.of(quotes), 'SENT', 'ACCEPTED'),
      amount: quotes.sums.amount,
    },
  ],
}

@Resolver(() => OverviewBlocks)
export class QuotesBlockResolver {
  @extension(
    'deals:read',
    () => QuotesOverview,
    'Quotes; null when the day is not today, since they keep no dated past.',
    { nullable: true, reads: ['quotes'], cost: { whole: 10, each: 0.2 } },
  )
  quotes(@Root() overview: Overview): QuotesOverview | null {
    return overview.section(quoteSection)
  }
}

@Resolver(() => QuoteStateGroup)
export class QuoteStateGroupResolver {
  @extension('deals:read', () => quoteList.Connection, 'The quotes counted.')
  quotes(@Root() root: QuoteStateGroup, @Args(() => quoteList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return quotePage(ctx, given, parentOf(root), [inQuoteState(root.state, root.frame.asOf)])
  }
}
