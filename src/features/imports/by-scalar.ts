import { GraphQLError } from 'graphql'
import { UserError } from '../../lib/user-error.js'

/** Returns a reader of cells that uses a scalar of the schema and throws our error. */
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
