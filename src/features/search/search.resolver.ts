import { Arg, Ctx, Field, Int, ObjectType, registerEnumType, Resolver, Root, type ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import type { Context } from '../../request/context.js'
import { targetOf } from '../../database/effects/search-entries.js'
import { wantedBy, type Wanted } from '../../database/search-condition.js'
import { titleOf } from '../../database/effects/search-index.js'
import { costs } from '../../model/cost.js'
import { badInput } from '../../model/errors.js'
import { extension, query } from '../../graphql/operation.js'
import { entities, metadataOf, searchKind, type EntityMetadata } from '../../model/entity-metadata.js'
import { pageLimit } from '../../graphql/list.js'
import { Node } from '../../model/entity.js'
import { Client } from '../clients/index.js'
import type { Hit } from './hit.js'
import { matchesOf, type Match } from './matches.js'
import { searchIn } from './search.queries.js'
import type { Row } from '../../model/field-definition.js'

const findable = entities().filter(({ search }) => search)
const byKind = new Map(findable.map(record => [searchKind(record), record]))

export const SearchKind = Object.fromEntries([...byKind.keys()].map(kind => [kind, kind]))
registerEnumType(SearchKind, {
  name: 'SearchKind',
  description: 'A kind of record that can be searched. Only a key that may read such records finds them.',
  valuesConfig: Object.fromEntries([...byKind].map(([kind, { description }]) => [kind, { description }])),
})

@ObjectType('SearchMatch', { description: 'A text by which a record was found.', simpleResolvers: true })
export class SearchMatch implements Match {
  @Field(() => String, {
    description:
      'The field of the record that holds it; contacts.name or contacts.phone where a client was found by a ' +
      'person there.',
  })
  field: string

  @Field(() => String, { description: 'The text, whole.' })
  text: string
}

@ObjectType('SearchResult', { description: 'A record that a search found.', simpleResolvers: true })
export class SearchResult {
  @Field(() => SearchKind, { description: 'The kind of record it is.' })
  kind: string

  @Field(() => Node, {
    description: 'The record; select its fields by fragments on its type, which need their own permission.',
  })
  record: Row

  @Field(() => String, {
    description: 'The text to show for it: its name or number, else the id it has in another system.',
  })
  title: string

  @Field(() => Boolean, { description: 'Whether it is archived; archived records come behind all others.' })
  archived: boolean

  @Field(() => Int, {
    description:
      'How well it answers, 1 being best. 1: the query is its tax id, number, code or external id. ' +
      '2: the query is its name. 3: its name begins with the query. ' +
      '4: words of its names begin with the words of the query. ' +
      '5: other words do, such as those of an e-mail address or a contact, or a telephone does with the digits.',
  })
  rank: number

  wanted: Wanted
}

const defaultSize = 10

@Resolver(() => SearchResult)
export class SearchResolver {
  @query(
    'member',
    () => [SearchResult],
    'Finds records by the beginnings of their words, in any order, the best first. ' +
      'Case, accents, apostrophes, hyphens and articles do not count. ' +
      'Clients are found by name, trade name, tax id, e-mail, contacts, external id and at least 6 digits of a ' +
      'telephone. Other records are found by name or number.',
    { size: pageLimit, cost: costs.search, looksBeyond: true },
  )
  async search(
    @Arg('query', () => String, {
      description: 'The text to look for: 2 to 100 characters, at most 10 words, all of which a record must have.',
    })
    text: string,
    @Arg('kinds', () => [SearchKind], {
      nullable: true,
      description: 'Only these kinds; by default all that the key may read.',
    })
    kinds: string[] | undefined,
    @Arg('first', () => Int, {
      defaultValue: defaultSize,
      description: `How many results at the most, 1 to ${pageLimit}.`,
    })
    first: number,
    @Ctx() ctx: Context,
  ): Promise<SearchResult[]> {
    if (first < 1 || first > pageLimit) throw badInput(`first must be between 1 and ${pageLimit}; it is ${first}.`)
    if (kinds?.length === 0) throw badInput('Name at least one of the kinds, or leave kinds out.')
    const wanted = wantedBy(text)
    const chosen = findable.filter(record => (kinds ? kinds.includes(searchKind(record)) : mayRead(ctx, record)))
    if (chosen.length === 0) return []
    const hits = await ctx.read(
      chosen.map(({ permission }) => permission ?? 'member'),
      scope => searchIn(scope, chosen, wanted, first),
    )
    return (await Promise.all(hits.map(hit => resultOf(ctx, hit, wanted)))).filter(result => result !== null)
  }

  @extension('clients:read', () => Client, 'The client it is or belongs to; null where it belongs to none.', {
    nullable: true,
  })
  client(@Root() { record }: SearchResult, @Ctx() ctx: Context) {
    if (record instanceof Client) return record
    const { clientId } = record as { clientId?: string } // all that hangs on a client names it so
    return clientId ? ctx.one(Client, clientId) : null
  }

  @extension(
    'member',
    () => [SearchMatch],
    'The texts by which it was found, the weightiest first: together they hold every word of the query.',
  )
  async matched(@Root() { record, wanted }: SearchResult, @Ctx() ctx: Context): Promise<Match[]> {
    const kind = metadataOf(record.constructor)
    const own = matchesOf(kind, record, wanted)
    if (own.length > 0) return own
    const leaders = await Promise.all(findable.flatMap(leader => leadersOf(ctx, leader, record)))
    return matchesOf(kind, record, wanted, leaders.flat(), await countryAround(ctx, kind, record))
  }
}

/** The country whose national telephone numbers a record may have: that of its client. */
async function countryAround(ctx: Context, { search }: EntityMetadata, row: Row): Promise<string | undefined> {
  const { clientId } = row as { clientId?: string } // all that hangs on a client names it so
  return search?.phones && search.leadsTo && clientId
    ? (await ctx.one(Client, clientId, { whole: true }))?.country
    : undefined
}

const mayRead = (ctx: Context, { permission }: EntityMetadata) =>
  permission === null || ctx.access.permissions.has(permission)

/** Null where somebody deleted the record a moment ago. */
async function resultOf(ctx: Context, { id, kind, archived, rank }: Hit, wanted: Wanted): Promise<SearchResult | null> {
  const row = await ctx.node(id, { whole: true })
  const record = findable.find(({ name }) => name === kind)
  return row && record
    ? { kind: searchKind(record), record: row, title: titleOf(record, row), archived: archived === 1, rank, wanted }
    : null
}

/** The rows that lead to a record, such as its contacts. */
function leadersOf(ctx: Context, leader: EntityMetadata, row: Row) {
  const { leadsTo } = leader.search ?? {}
  if (!leadsTo || targetOf(leader, leadsTo.by).type !== row.constructor) return []
  const rows = ctx.many(
    leader.type as ClassType<Row & ObjectLiteral>,
    leadsTo.by,
    row.id,
    leader.permission ?? 'member',
  ) // a record's class is an entity
  return [rows.then(found => found.map(each => ({ leader, row: each })))]
}
