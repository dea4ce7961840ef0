import { isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputType } from 'graphql'
import type { Random } from './random.js'

/** Draws values of the types of the schema, whatever their scalars take. */
export class RandomInputs {
  constructor(
    private readonly random: Random,
    private readonly leaf = (_scalar: string): unknown => random.pick(['text', 'other', 7, true]),
  ) {}

  /** A value of a type, or null where it may be null; `depth` is how deep it may nest where it need not. */
  given = (type: GraphQLInputType, depth: number): unknown =>
    !isNonNullType(type) && this.random.chance(0.15) ? null : this.value(type, depth)

  private value(type: GraphQLInputType, depth: number): unknown {
    const { random } = this
    if (isNonNullType(type)) return this.value(type.ofType, depth)
    if (isListType(type)) return Array.from({ length: random.integer(0, 2) }, () => this.value(type.ofType, depth))
    if (isEnumType(type)) return random.pick(type.getValues()).value
    if (!isInputObjectType(type)) return this.leaf(type.name)
    const density = random.pick([0.05, 0.5])
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(field => isNonNullType(field.type) || (depth > 0 && random.chance(density)))
        .map(field => [field.name, this.given(field.type, depth - 1)]),
    )
  }
}
