import { Arg, Ctx, Field, ID, InputType, Int, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { badInput } from '../../model/errors.js'
import { extension, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { groupBy } from '../../lib/group.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { DuplicateDismissal, LikelyDuplicate } from './duplicate.js'
import { likelyPairs, likelyPairsOf } from './duplicate.queries.js'
import { pageLimit } from '../../graphql/list.js'

const defaultScore = 50
const mostOfOne = 10

const scoreArgument = () =>
  Arg('minimumScore', () => Int, {
    defaultValue: defaultScore,
    description:
      'The least score of a suggestion, 1 to 100. ' +
      '50 leaves out pairs that only a telephone number or a domain speaks for.',
  })

function checkedScore(score: number): number {
  if (score < 1 || score > 100) throw badInput(`minimumScore must be between 1 and 100; it is ${score}.`)
  return score
}

@InputType({ description: 'Two clients that are not one.' })
export class DismissDuplicateInput {
  @Field(() => ID, { description: 'One of them.' })
  clientId: string

  @Field(() => ID, { description: 'The other one.' })
  otherId: string
}

@Resolver(() => LikelyDuplicate)
export class LikelyDuplicateResolver {
  @query(
    'clients:read',
    () => [LikelyDuplicate],
    'Pairs of clients that are likely to be one, the likeliest first. ' +
      'Pairs that somebody dismissed and pairs that are both archived are left out. ' +
      'A key, such as a name or a domain, that more than 20 clients share does not count.',
    { size: pageLimit, cost: { whole: 200 } },
  )
  clientDuplicates(
    @Arg('first', () => Int, { defaultValue: 20, description: `How many pairs at the most, 1 to ${pageLimit}.` })
    first: number,
    @scoreArgument() minimumScore: number,
    @Ctx() ctx: Context,
  ) {
    if (first < 1 || first > pageLimit) throw badInput(`first must be between 1 and ${pageLimit}; it is ${first}.`)
    return ctx.read('clients:read', scope => likelyPairs(scope, first, checkedScore(minimumScore)))
  }

  @extension('clients:read', () => Client, 'One of them; in `likelyDuplicates` the client itself.')
  client(@Root() { clientId }: LikelyDuplicate, @Ctx() ctx: Context) {
    return ctx.one(Client, clientId)
  }

  @extension('clients:read', () => Client, 'The other one.')
  other(@Root() { otherId }: LikelyDuplicate, @Ctx() ctx: Context) {
    return ctx.one(Client, otherId)
  }

  @mutation(
    'clients:write',
    Client,
    'Say that two clients are not one, so that they are suggested no more. Answers with the first of them.',
  )
  dismissDuplicate(@input(() => DismissDuplicateInput) given: DismissDuplicateInput, @writeScope() scope: WriteScope) {
    return dismissDuplicate(scope, given)
  }
}

@Resolver(() => Client)
export class ClientDuplicatesResolver {
  @extension(
    'clients:read',
    () => [LikelyDuplicate],
    `The clients that are likely to be the same one, the likeliest first, ${mostOfOne} at the most. A key that more than 20 clients share does not count.`,
    { size: mostOfOne, cost: { each: 1 } },
  )
  async likelyDuplicates(@Root() { id }: Client, @scoreArgument() minimumScore: number, @Ctx() ctx: Context) {
    const score = checkedScore(minimumScore)
    const found = await ctx.batch(`likely duplicates ${score}`, id, async ids =>
      groupBy(await ctx.read('clients:read', scope => likelyPairsOf(scope, ids, score)), ({ clientId }) => clientId),
    )
    return (found ?? []).slice(0, mostOfOne)
  }
}

async function dismissDuplicate(scope: WriteScope, { clientId, otherId }: DismissDuplicateInput): Promise<Client> {
  if (clientId === otherId) throw new UserError('DUPLICATE_OF_ITSELF', 'Give two clients.', 'otherId')
  const client = await scope.take(Client, clientId)
  const other = await scope.get(Client, otherId)
  const [first, second] = [clientId, otherId].sort() as [string, string] // two, as given
  await scope.insertParts([scope.make(DuplicateDismissal, { clientId: first, otherId: second })])
  return scope.change(client, { verb: 'TOLD_APART', after: { otherClient: other.legalName } })
}
