import { Extensions, Field, ObjectType } from 'type-graphql'
import { Day as DayScalar } from '../../model/scalars.js'
import type { Day } from '../../lib/calendar.js'
import type { Figures, Frame, Section } from './section.js'

/** The base of both overviews: type-graphql hands its fields, and the resolvers of the blocks, down to both. */
@ObjectType({ description: 'The fields that every overview has.', simpleResolvers: true })
export abstract class OverviewBlocks {
  @Field(() => DayScalar, { description: 'The day that the figures hold for.' })
  @Extensions({ reads: [] })
  asOf: Day
}

/** What the fields of an overview are answered from. */
export class Overview {
  constructor(
    readonly frame: Frame,
    private readonly figures: Figures,
  ) {}

  get asOf(): Day {
    return this.frame.asOf
  }

  section<T extends object | null>(section: Section<T>): T {
    return this.figures.fieldsOf(section, this.frame)
  }
}
