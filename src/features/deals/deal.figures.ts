import { Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { figure } from '../../model/computed.js'
import { MoneySum } from '../../model/money.js'
import type { ListArguments } from '../../graphql/list.js'
import { extension } from '../../graphql/operation.js'
import { snake } from '../../lib/snake.js'
import {
  among,
  count,
  countOf,
  Overview,
  OverviewBlocks,
  parentOf,
  source,
  Sum,
  type FigureBlock,
  type Frame,
  type ListedFigure,
  type Section,
} from '../figures/index.js'
import { dealRules, dealSums, inDealGroup, weightScale } from './deal.queries.js'
import { dealList } from './deal.resolver.js'
import { Deal } from './deal.js'
import { StageCategory } from './deal-stage.js'

const column = (name: string) => `d.${snake(name)}`
const sums = dealSums(column)

/** For today only, as quotes are: neither keeps its past days. */
const deals = source('deals', {
  alias: 'd',
  from: ours => `deals d WHERE ${ours('d')}`,
  bucket: 'd.category',
  buckets: Object.keys(StageCategory),
  currency: 'd.currency',
  sums: {
    value: { amount: sums.value, base: sums.base },
    weighted: { amount: sums.weighted, base: sums.weightedBase, isScaled: true },
  },
  withoutRate: sums.withoutRate,
})

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

const dealSection: Section<DealsOverview | null> = {
  name: 'deals',
  description: 'Deals',
  block: 'deals',
  direction: '',
  type: DealsOverview,
  addsUp: false, // the weighted value
  of(groups) {
    const { frame } = groups
    if (!frame.isToday) return null
    const rows = groups.of(deals)
    const { value, weighted } = deals.sums
    const group = (category: StageCategory): DealGroup => {
      const own = among(rows, category)
      return { frame, category, count: count(own), value: new Sum().addRows(own, value).in(frame.baseCurrency) }
    }
    return {
      open: group('OPEN'),
      won: group('WON'),
      lost: group('LOST'),
      weightedValue: new Sum().addRows(among(rows, 'OPEN'), weighted).in(frame.baseCurrency, weightScale),
    }
  },
}

const openDeals: ListedFigure = {
  field: figure(
    'openDeals',
    'integer',
    'How many deals with it are open.',
    {
      from: `deals d WHERE d.organization_id = :organization AND ${dealRules(column).OPEN}`,
      by: 'd.client_id',
      sum: 'COUNT(*)',
    },
    { permission: 'deals:read', undated: true },
  ),
  of: groups => countOf(among(groups.of(deals), 'OPEN')),
}

export const dealFigures: FigureBlock = {
  name: 'deals',
  permission: 'deals:read',
  sources: [],
  sourcesOfToday: [deals],
  sections: [dealSection],
  listed: [openDeals],
  open: [
    {
      kind: 'Deal',
      what: 'open deals',
      isDue: false,
      of: groups => among(groups.of(deals), 'OPEN'),
      amount: deals.sums.value,
    },
  ],
}

@Resolver(() => OverviewBlocks)
export class DealsBlockResolver {
  @extension(
    'deals:read',
    () => DealsOverview,
    'Deals; null when the day is not today, since they keep no dated past.',
    { nullable: true, reads: ['deals'], cost: { whole: 10, each: 0.2 } },
  )
  deals(@Root() overview: Overview): DealsOverview | null {
    return overview.section(dealSection)
  }
}

@Resolver(() => DealGroup)
export class DealGroupResolver {
  @extension('deals:read', () => dealList.Connection, 'The deals counted.')
  deals(@Root() root: DealGroup, @Args(() => dealList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Deal, given, { parent: parentOf(root), conditions: [inDealGroup(root.category)] })
  }
}
