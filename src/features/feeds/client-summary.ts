import type { GraphQLResolveInfo } from 'graphql'
import { Args, Ctx, Extensions, Field, ID, Info, Int, ObjectType, Resolver } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { fieldOf } from '../../model/computed.js'
import { connectionOf } from '../../graphql/connection.js'
import { Money } from '../../model/money.js'
import { query } from '../../graphql/operation.js'
import type { Permission } from '../../model/permission.js'
import { CountryCode, CurrencyCode, Day as DayScalar, Decimal } from '../../model/scalars.js'
import { selectedFields } from '../../graphql/selection.js'
import type { Day } from '../../lib/calendar.js'
import { User } from '../access/index.js'
import { Client, ClientArguments, clientPage } from '../clients/index.js'
import {
  amountsOf,
  baseOf,
  flatFigures,
  keepLater,
  knownBaseOf,
  readFlatFigures,
  withoutRateOf,
  type FlatFigure,
  type Packed,
  type PackedSum,
} from '../figures/index.js'
import { columnsOf, ofClient } from './summary-table.js'
import { graphqlType } from '../../model/entity.js'

@ObjectType('ClientSummary', {
  description:
    'A client with every figure of its overview side by side, on one day. Its fields are those of a row of the table client-summaries of /export/v1, by the same names. Each amount is there in its own currencies as well.',
  simpleResolvers: true,
})
export class ClientSummary {
  /** That of the client, by which its place in the list is told. */
  id: string

  @Field(() => ID, { description: 'The id of the client.' })
  clientId: string

  @Field(() => Client, { description: 'The client itself.' })
  client: Client

  @Field(() => String, { nullable: true, description: 'The user who looks after the client, by name.' })
  ownerName: string | null

  @Field(() => DayScalar, { description: 'The day that the figures hold for, in the time zone of the organisation.' })
  asOf: Day

  @Field(() => CurrencyCode, {
    description: 'The currency of all amounts whose name ends in Base: the base currency of the organisation.',
  })
  baseCurrency: string
}

const camel = (column: string) => column.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

for (const name of ofClient.map(camel)) {
  const field = fieldOf(Client, name)
  Field(() => (name === 'country' ? CountryCode : graphqlType(field)), {
    nullable: field.nullable,
    description: field.description,
  })(ClientSummary.prototype, name)
}

/** A field that shows a figure, or one side of it. */
interface FigureField {
  name: string
  figure: FlatFigure
  type: object
  nullable: boolean
  description: string
  valueOf: (value: Packed, baseCurrency: string) => unknown
}

const figureFields = new Map(
  flatFigures()
    .flatMap(fieldsOf)
    .map(field => [field.name, field]),
)

for (const { name, figure, type, nullable, description } of figureFields.values()) {
  Field(() => type as never, { nullable, description })(ClientSummary.prototype, name) // type-graphql's own ReturnTypeFunc
  Extensions({ permission: figure.permission })(ClientSummary.prototype, name)
}

function fieldsOf(figure: FlatFigure): FigureField[] {
  const columns = columnsOf(figure).map(({ name, type, description }) => ({
    name: camel(name),
    figure,
    type: type === 'integer' ? Int : Decimal,
    nullable: figure.nullable,
    description,
  }))
  if (figure.kind !== 'amount') return columns.map(column => ({ ...column, valueOf: value => value }))
  const [base, knownBase, withoutRate] = columns
  if (!base || !knownBase || !withoutRate) throw new Error(`${figure.name} needs three columns.`)
  return [
    {
      ...base,
      name: camel(figure.name),
      type: [Money],
      description: `${figure.description} One amount for each currency, sorted by code.`,
      valueOf: ofSum(amountsOf),
    },
    { ...base, nullable: true, valueOf: ofSum(baseOf) },
    { ...knownBase, valueOf: ofSum(knownBaseOf) },
    { ...withoutRate, valueOf: ofSum(withoutRateOf) },
  ]
}

function ofSum(side: (sum: PackedSum, baseCurrency: string) => unknown): FigureField['valueOf'] {
  return (value, baseCurrency) => (value === null ? null : side(value as PackedSum, baseCurrency)) // of a figure that is an amount
}

const Connection = connectionOf('ClientSummary', ClientSummary)

@Resolver()
export class ClientSummaryResolver {
  @query(
    'clients:read',
    () => Connection,
    'The clients of the organisation with every figure of their overviews side by side. The list is that of `clients`; figures that are not selected are not read.',
    { cost: { whole: 100 }, looksBeyond: true },
  )
  async clientSummaries(
    @Args(() => ClientArguments) given: ClientArguments,
    @Ctx() ctx: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    const page = await clientPage(ctx, given)
    const selected = selectedNodes(info)
    const fields = [...selected].flatMap(name => figureFields.get(name) ?? [])
    const ownerNameOf = async ({ ownerId }: Client) =>
      ownerId && selected.has('ownerName') ? (await ctx.one(User, ownerId, { whole: true })).name : null
    return page.of(clients => summariesOf(ctx, clients, fields, ctx.day(page.keyset.asOf), ownerNameOf))
  }
}

/** The selections of a connection's rows, in its nodes and its edges. */
function selectedNodes({ fieldNodes, fragments }: GraphQLResolveInfo): Set<string> {
  const below = (nodes: GraphQLResolveInfo['fieldNodes'], name: string) =>
    selectedFields({ fieldNodes: nodes, fragments }).get(name) ?? []
  return new Set(
    [below(fieldNodes, 'nodes'), below(below(fieldNodes, 'edges'), 'node')].flatMap(nodes => [
      ...selectedFields({ fieldNodes: nodes, fragments }).keys(),
    ]),
  )
}

/** All figures of a page in one statement, all owners in another. */
async function summariesOf(
  ctx: Context,
  clients: readonly Client[],
  fields: readonly FigureField[],
  asOf: Day,
  ownerNameOf: (client: Client) => Promise<string | null>,
): Promise<ClientSummary[]> {
  const { baseCurrency } = ctx.access.organization
  const figures = [...new Set(fields.map(({ figure }) => figure))]
  const permissions = new Set<Permission>(['clients:read', ...figures.map(({ permission }) => permission)])
  const read = async (ids: readonly string[]) => {
    const { valuesOf, missing } = await ctx.read([...permissions], scope => readFlatFigures(scope, ids, figures, asOf))
    keepLater(ctx, missing)
    return new Map(ids.map(id => [id, valuesOf(id)]))
  }
  const name = `summary ${asOf} ${figures.map(figure => figure.name).join()}`
  const at = new Map(figures.map((figure, index) => [figure, index]))
  return Promise.all(
    clients.map(async client => {
      const [values, ownerName] = await Promise.all([
        figures.length > 0 ? ctx.batch(name, client.id, read) : undefined,
        ownerNameOf(client),
      ])
      const shown = fields.map(
        field => [field.name, field.valueOf(values?.[at.get(field.figure) ?? -1] ?? null, baseCurrency)] as const,
      )
      return {
        ...ofTheClient(client),
        ...Object.fromEntries(shown),
        id: client.id,
        clientId: client.id,
        client,
        ownerName,
        asOf,
        baseCurrency,
      }
    }),
  )
}

function ofTheClient(client: Client) {
  const values = client as unknown as Record<string, unknown> // read by the names of its own fields
  return Object.fromEntries(ofClient.map(camel).map(name => [name, values[name]]))
}
