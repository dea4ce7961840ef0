import { ArgsType, Field, Int } from 'type-graphql'
import { OverviewArguments } from './overview.types.js'

export const mostMonths = 120

@ArgsType()
export class MonthArguments extends OverviewArguments {
  @Field(() => Int, {
    defaultValue: 12,
    description: `How many calendar months, the one of the day included: 1 to ${mostMonths}.`,
  })
  months: number
}
