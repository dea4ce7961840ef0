import { GraphQLError } from 'graphql'
import { UserError } from '../../lib/user-error.js'

/** A reader of a cell by a scalar of the schema, with the error of ours. */
export function byScalar(
  scalar: { parseValue(value: unknown): unknown },
  code: string,
  message: (text: string) => string,
) {
  return (text: string) => {
    try {
      return scalar.parseValue(text)
    } catch (error) {
      if (error instanceof GraphQLError) throw new UserError(code, message(text))
      throw error
    }
  }
}
