import { isDeepStrictEqual } from 'node:util'
import { graphql } from 'graphql'
import { resolvers } from '../../src/features/index.js'
import { holds, lastChange, shapeOf } from '../../src/features/overview/index.js'
import type { Session } from '../../src/database/session.js'
import { schemaOf } from '../../src/graphql/schema.js'
import { keyScopes, permissionsOf } from '../../src/model/permission.js'
import { Context } from '../../src/request/context.js'
import { dayIn } from '../../src/lib/calendar.js'
import { Oracle } from './oracle.js'
import { readBooks } from './oracle-rows.js'
import { figuresIn } from './overview-query.js'
import type { Json, Tenant } from './world.js'

const schema = await schemaOf(resolvers)

const sum = '{ amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate }'
const group = `{ count amount ${sum} }`
const orders = `{ total ${group} closed ${group} open ${group} byState { state count } }`
const deals = `{ count value ${sum} }`
const invoices = `{ draft ${group} awaitingApproval ${group} authorised { count amount ${sum} amountDue ${sum} } pending ${group} overdue ${group} paid ${group}
  voided { count } outstanding ${group} partiallyPaid { count } unappliedCredit ${sum} netInvoiced ${sum} netRevenue ${sum} netBalance ${sum}
  overdueByAge { days1To30 ${group} days31To60 ${group} days61To90 ${group} daysOver90 ${group} } }`

/** Every figure of every client that is kept. */
const everyFigure = `{ clients(first: 100, archived: INCLUDE, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id overview {
  asOf projects { count byState { state count } totalMinutes totalHours billableMinutes invoicedMinutes }
  tasks { overdue { count } due { count } upcoming { count } unscheduled { count } open { count } }
  ordersFrom: purchaseOrders ${orders} ordersTo: purchaseOrders(direction: TO_CLIENT) ${orders}
  sales: invoices ${invoices} purchases: invoices(kind: PURCHASE) ${invoices}
  deals { open ${deals} weightedValue ${sum} won ${deals} lost ${deals} } quotes { byState { state count amount ${sum} } } } } } }`

type Overviews = Map<string, Json>

const byClient = (data: Json): Overviews => new Map(data.clients.nodes.map(({ id, overview }: Json) => [id, overview]))

/** The figures that the API answers, kept where they hold. */
export const answeredFigures = async (us: Tenant): Promise<Overviews> => byClient(await us.get(everyFigure))

/** The same figures, all of them worked out anew. */
export const liveFigures = (us: Tenant) => figuresBy(us, us.world.database.read, false)

/** The figures as a connection reads them: `kept` where they hold, or all of them worked out anew. */
async function figuresBy({ world, organizationId }: Tenant, read: Session, kept: boolean): Promise<Overviews> {
  const { database } = world
  const organization = await world.facts(organizationId)
  const store = {
    read,
    dialect: database.dialect,
    view: () => database.view(),
    write: () => Promise.reject(new Error('Reading changes nothing.')),
    kept,
  }
  const access = {
    organization,
    actor: { type: 'SYSTEM', id: null, name: 'test' } as const,
    permissions: permissionsOf(keyScopes),
    until: null,
  }
  const contextValue = new Context(store, access, () => world.now)
  const { data, errors } = await graphql({ schema, source: everyFigure, contextValue })
  if (errors?.[0]) throw errors[0]
  return byClient(JSON.parse(JSON.stringify(data)))
}

/** The clients whose kept figures say that they hold now. */
export async function holding({ organizationId, world }: Tenant): Promise<string[]> {
  const { database, now } = world
  const { timeZone, baseCurrency } = await world.facts(organizationId)
  const today = dayIn(timeZone, now)
  const rows: { id: string }[] = await database.read.query(
    `SELECT f.client_id AS id FROM client_figures f ${lastChange} WHERE f.organization_id = ? AND ${holds.replace(':shape', '?').replaceAll(':today', '?')} ORDER BY f.client_id`,
    [organizationId, shapeOf(baseCurrency), today, today],
  )
  return rows.map(({ id }) => id)
}

/** Two answers that must be one; Jest's comparison is for reading a difference, and slower where there is none. */
function same(found: object, expected: object) {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected)
}

/**
 * Compares every figure of today three ways: as it was kept, as it is worked out anew, and as the oracle has it. The
 * first answer is of rows that were kept before; the second of rows that were brought up to date since.
 */
export async function compareThreeWays(us: Tenant) {
  const { world, organizationId } = us
  const said = await holding(us)
  const first = await answeredFigures(us)
  await world.settled()
  const held = await holding(us)
  const second = await answeredFigures(us)
  const live = await liveFigures(us)
  const { timeZone } = await world.facts(organizationId)
  const today = dayIn(timeZone, world.now)
  const oracle = new Oracle(await readBooks(world, organizationId), today)
  expect(held).toEqual([...live.keys()].sort())
  for (const [client, overview] of live) {
    const about = { client, today, said: said.includes(client) }
    same({ ...about, overview: first.get(client) }, { ...about, overview })
    same({ ...about, overview: second.get(client) }, { ...about, overview })
    const { deals: _, quotes: __, ...figures } = overview
    const { within: ___, ...tasks } = figuresIn(oracle.overview(client, today)).tasks
    same({ ...about, ...figures }, { ...about, ...figuresIn(oracle.overview(client, today)), tasks })
  }
  return { said: said.length, clients: live.size }
}

/** Compares in one unchanging view of the database what kept rows say that hold with what is worked out anew. */
export function compareInOneView(us: Tenant) {
  return us.world.database.snapshot(async read => {
    const live = await figuresBy(us, read, false)
    same(await figuresBy(us, read, true), live)
  })
}
