import { Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { MoneySum, moneySum } from '../../model/money.js'
import { extension } from '../../graphql/operation.js'
import {
  Deal,
  dealList,
  dealSums,
  inDealGroup,
  inQuoteState,
  quoteList,
  quotePage,
  QuoteState,
  quoteStateSql,
  StageCategory,
  weightScale,
} from '../deals/index.js'
import {
  count,
  missing,
  ours,
  Overview,
  parentOf,
  select,
  Sum,
  type Frame,
  type GroupRow,
  type Part,
  type Section,
} from '../figures/index.js'
import { OverviewBlocks } from './overview.types.js'
import { snake } from '../../lib/snake.js'
import type { ListArguments } from '../../graphql/list.js'

const sums = dealSums(name => `d.${snake(name)}`)

/** For today only, as quotes are: neither keeps its past days. */
export const deals: Part = selection =>
  select(
    selection,
    'deals',
    'd',
    {
      bucket: 'd.category',
      currency: 'd.currency',
      n: sums.count,
      amount: sums.value,
      base: sums.base,
      amount2: sums.weighted,
      base2: sums.weightedBase,
      without_rate: sums.withoutRate,
    },
    `FROM deals d WHERE ${ours('d', selection)}`,
    ['d.category', 'd.currency'],
  )

export const quotes: Part = selection =>
  select(
    selection,
    'quotes',
    'q',
    {
      bucket: quoteStateSql(name => `q.${snake(name)}`),
      currency: 'q.currency',
      n: 'COUNT(*)',
      amount: 'SUM(q.total)',
      base: 'COALESCE(SUM(q.total_base), 0)',
      without_rate: missing('q.total_base'),
      first_day: 'MIN(q.valid_until)',
    },
    `FROM quotes q WHERE ${ours('q', selection)}`,
    ['bucket', 'q.currency'],
  )

@ObjectType({ description: 'The deals in stages of one category.', simpleResolvers: true })
export class DealGroup {
  frame: Frame
  category: StageCategory

  @Field(() => Int, { description: 'How many there are.' })
  count: number

  @Field(() => MoneySum, { description: 'The sum of their values.' })
  value: MoneySum
}

@ObjectType({ description: 'The deals of a client or of all, as they stand today.', simpleResolvers: true })
export class DealsOverview {
  @Field(() => DealGroup, { description: 'Those being worked on; their value is the open value.' })
  open: DealGroup

  @Field(() => MoneySum, { description: 'The sum of value × probability over the open ones, rounded once per sum.' })
  weightedValue: MoneySum

  @Field(() => DealGroup, { description: 'Those that were won.' })
  won: DealGroup

  @Field(() => DealGroup, { description: 'Those that were lost.' })
  lost: DealGroup
}

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

export const dealFigures: Section<DealsOverview | null> = {
  name: 'deals',
  description: 'Deals',
  block: 'deals',
  direction: '',
  type: DealsOverview,
  of(groups) {
    const { frame } = groups
    if (!frame.isToday) return null
    const rows = groups.of('deals')
    const among = (category: StageCategory) => rows.filter(({ bucket }) => bucket === category)
    const group = (category: StageCategory): DealGroup => ({
      frame,
      category,
      count: count(among(category)),
      value: new Sum().addRows(among(category), 'amount').in(frame.baseCurrency),
    })
    return {
      open: group('OPEN'),
      won: group('WON'),
      lost: group('LOST'),
      weightedValue: moneySum(among('OPEN').map(weighted), frame.baseCurrency, weightScale),
    }
  },
}

/** Its sums are hundredths until they are rounded. */
const weighted = ({ currency, amount2, base2, withoutRate }: GroupRow) => ({
  currency,
  amount: amount2,
  base: base2,
  withoutRate,
})

export const quoteFigures: Section<QuotesOverview | null> = {
  name: 'quotes',
  description: 'Quotes',
  block: 'quotes',
  direction: '',
  type: QuotesOverview,
  of(groups) {
    const { frame } = groups
    if (!frame.isToday) return null
    const rows = groups.of('quotes')
    return {
      byState: Object.values(QuoteState).map(state => {
        const among = rows.filter(({ bucket }) => bucket === state)
        return { frame, state, count: count(among), amount: new Sum().addRows(among, 'amount').in(frame.baseCurrency) }
      }),
    }
  },
}

@Resolver(() => OverviewBlocks)
export class SalesBlocksResolver {
  @extension(
    'deals:read',
    () => DealsOverview,
    'Deals; null when the day is not today, since they keep no dated past.',
    { nullable: true, reads: ['deals'], cost: { whole: 10, each: 0.2 } },
  )
  deals(@Root() overview: Overview): DealsOverview | null {
    return overview.section(dealFigures)
  }

  @extension(
    'deals:read',
    () => QuotesOverview,
    'Quotes; null when the day is not today, since they keep no dated past.',
    { nullable: true, reads: ['quotes'], cost: { whole: 10, each: 0.2 } },
  )
  quotes(@Root() overview: Overview): QuotesOverview | null {
    return overview.section(quoteFigures)
  }
}

@Resolver(() => DealGroup)
export class DealGroupResolver {
  @extension('deals:read', () => dealList.Connection, 'The deals counted.')
  deals(@Root() root: DealGroup, @Args(() => dealList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Deal, given, { parent: parentOf(root), conditions: [inDealGroup(root.category)] })
  }
}

@Resolver(() => QuoteStateGroup)
export class QuoteStateGroupResolver {
  @extension('deals:read', () => quoteList.Connection, 'The quotes counted.')
  quotes(@Root() root: QuoteStateGroup, @Args(() => quoteList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return quotePage(ctx, given, parentOf(root), [inQuoteState(root.state, root.frame.asOf)])
  }
}
