import { Arg, Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { MoneySum, moneySum } from '../../model/money.js'
import { extension, query } from '../../graphql/operation.js'
import { groupBy } from '../../lib/group.js'
import { stageLimit } from './deal-stage.commands.js'
import { DealStage, StageCategory } from './deal-stage.js'
import { Deal } from './deal.js'
import { dealGroups, inPipelineOrder, weightScale } from './deal.queries.js'
import { dealList } from './deal.resolver.js'
import type { ListArguments } from '../../graphql/list.js'

@ObjectType({ description: 'A stage of the pipeline with its deals: a column of the board.', simpleResolvers: true })
export class DealBoardStage {
  /** Which deals the board shows. */
  filter?: object

  @Field(() => DealStage, { description: 'The stage.' })
  stage: DealStage

  @Field(() => Int, { description: 'How many of the deals stand in it.' })
  count: number

  @Field(() => MoneySum, { description: 'The sum of their values.' })
  value: MoneySum

  @Field(() => MoneySum, {
    nullable: true,
    description:
      'The sum of value × probability, rounded once; null in a stage that is not OPEN, where it is no longer a matter of odds.',
  })
  weightedValue: MoneySum | null
}

@Resolver(() => DealBoardStage)
export class DealBoardResolver {
  /** Two statements, whatever the number of stages and deals. */
  @query(
    'deals:read',
    () => [DealBoardStage],
    'The pipeline as a board: every stage in its order, with the deals in it.',
    { size: stageLimit, cost: { whole: 20 } },
  )
  dealBoard(
    @Arg('filter', () => dealList.Filter, {
      nullable: true,
      description: 'Which deals to show and to count; all by default.',
    })
    filter: object | undefined,
    @Ctx() ctx: Context,
  ): Promise<DealBoardStage[]> {
    return ctx.read('deals:read', async scope => {
      const groups = groupBy(
        await dealGroups(scope, 'stageId', ...(filter ? [ctx.condition(Deal, filter)] : [])),
        ({ of }) => of,
      )
      return inPipelineOrder(await scope.list(DealStage)).map(stage => {
        const ours = groups.get(stage.id) ?? []
        const { baseCurrency } = scope.organization
        return {
          filter,
          stage,
          count: ours.reduce((sum, { count }) => sum + count, 0),
          value: moneySum(
            ours.map(({ value }) => value),
            baseCurrency,
          ),
          weightedValue:
            stage.category === StageCategory.OPEN
              ? moneySum(
                  ours.map(({ weighted }) => weighted),
                  baseCurrency,
                  weightScale,
                )
              : null,
        }
      })
    })
  }

  @extension('deals:read', () => dealList.Connection, 'The deals counted; a filter of its own shows fewer of them.')
  deals(
    @Root() { stage, filter }: DealBoardStage,
    @Args(() => dealList.Arguments) given: ListArguments,
    @Ctx() ctx: Context,
  ) {
    const both = filter && given.filter ? { and: [filter, given.filter] } : (given.filter ?? filter)
    return ctx.page(Deal, { ...given, filter: both }, { parent: { by: 'stageId', id: stage.id } })
  }
}
