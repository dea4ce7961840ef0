import { isDeepStrictEqual } from 'node:util'
import { graphql, type GraphQLEnumType } from 'graphql'
import { resolvers } from '../../src/features/index.js'
import { Client } from '../../src/features/clients/index.js'
import { holds, lastChange, shapeOf } from '../../src/features/figures/index.js'
import type { Session } from '../../src/database/session.js'
import { schemaOf } from '../../src/graphql/schema.js'
import { computedFields } from '../../src/model/computed.js'
import { keyScopes, permissionsOf } from '../../src/model/permission.js'
import { Context } from '../../src/request/context.js'
import { dayIn } from '../../src/lib/calendar.js'
import { everybody, Oracle } from './oracle.js'
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

const figures = `{ asOf projects { count byState { state count } totalMinutes totalHours billableMinutes invoicedMinutes }
  tasks { overdue { count } due { count } upcoming { count } unscheduled { count } open { count } }
  ordersFrom: purchaseOrders ${orders} ordersTo: purchaseOrders(direction: TO_CLIENT) ${orders}
  sales: invoices ${invoices} purchases: invoices(kind: PURCHASE) ${invoices}
  deals { open ${deals} weightedValue ${sum} won ${deals} lost ${deals} } quotes { byState { state count amount ${sum} } } }`
/** Every figure that is kept, of every client and of everybody together. */
const everyFigure = `{ organization { overview ${figures} }
  clients(first: 100, archived: INCLUDE, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id overview ${figures} } } }`

type Overviews = Map<string, Json>

const byClient = ({ organization, clients }: Json): Overviews =>
  new Map([[everybody, organization.overview], ...clients.nodes.map(({ id, overview }: Json) => [id, overview])])

/** The figures that the API answers, kept where they hold. */
export const answeredFigures = async (us: Tenant): Promise<Overviews> => byClient(await us.get(everyFigure))

/** The same figures, all of them worked out anew. */
export const liveFigures = (us: Tenant) => figuresBy(us, us.world.database.read, false)

/** The figures as a connection reads them: `kept` where they hold, or all of them worked out anew. */
const figuresBy = async (us: Tenant, read: Session, kept: boolean): Promise<Overviews> =>
  byClient(await answerBy(us, everyFigure, read, kept))

/** What the API answers where it works all figures out anew. */
export const liveAnswer = (us: Tenant, query: string) => answerBy(us, query, us.world.database.read, false)

async function answerBy(
  { world, organizationId }: Tenant,
  source: string,
  read: Session,
  kept: boolean,
): Promise<Json> {
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
  const { data, errors } = await graphql({ schema, source, contextValue })
  if (errors?.[0]) throw errors[0]
  return JSON.parse(JSON.stringify(data))
}

const clientOrders = schema.getType('ClientOrderField') as GraphQLEnumType // as its name says
/** The figures by which lists of clients are ordered, as orders, and as fields of filters. */
export const listedOrders = computedFields(Client)
  .filter(({ figure }) => figure)
  .map(({ name }) => name)
  .map(name => ({ name, order: name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase() }))
if (listedOrders.some(({ order }) => !clientOrders.getValue(order))) throw new Error('A figure is no order.')

/** All clients in the order of a figure, with the cursors, which hold its values. */
export const listOrderedBy = (order: string, direction: 'ASC' | 'DESC') =>
  `{ clients(first: 100, archived: INCLUDE, orderBy: { field: ${order}, direction: ${direction} }) { totalCount edges { cursor node { id } } } }`

/** A list by one figure after the other. */
let turn = 0
function nextList() {
  const { order } = listedOrders[(turn >> 1) % listedOrders.length] ?? { order: '' }
  return listOrderedBy(order, turn++ % 2 ? 'ASC' : 'DESC')
}

/** Figures that are answered of what was kept: no project is read. */
async function withoutDocuments(us: Tenant): Promise<Overviews> {
  const { database } = us.world
  const trace: string[] = []
  database.trace = trace
  const answered = await answeredFigures(us)
  database.trace = null
  expect(trace.filter(sql => sql.includes('FROM projects p'))).toEqual([])
  return answered
}

const keptTables = ['client_figures', 'figure_marks', 'organization_figures']

/** Forgets all that is kept of figures, or some of it. */
export async function forgetFigures({ world, organizationId }: Tenant, tables: readonly string[] = keptTables) {
  await world.settled()
  await world.database.write(async session => {
    for (const table of tables) await session.run(`DELETE FROM ${table} WHERE organization_id = ?`, [organizationId])
  })
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
  const list = nextList()
  const firstList = await us.get(list)
  await world.settled()
  const held = await holding(us)
  const second = await withoutDocuments(us)
  await forgetFigures(us, ['organization_figures'])
  const added = await withoutDocuments(us) // those of everybody from the rows of their clients
  const live = await liveFigures(us)
  const liveList = await liveAnswer(us, list)
  same(firstList, liveList)
  same(await us.get(list), liveList)
  const { timeZone } = await world.facts(organizationId)
  const today = dayIn(timeZone, world.now)
  const oracle = new Oracle(await readBooks(world, organizationId), today)
  expect([...held, everybody]).toEqual([...live.keys()].sort())
  for (const [client, overview] of live) {
    const about = { client, today, said: said.includes(client) }
    same({ ...about, overview: first.get(client) }, { ...about, overview })
    same({ ...about, overview: second.get(client) }, { ...about, overview })
    same({ ...about, overview: added.get(client) }, { ...about, overview })
    const { deals: _, quotes: __, ...figures } = overview
    const { within: ___, ...tasks } = figuresIn(oracle.overview(client, today)).tasks
    same({ ...about, ...figures }, { ...about, ...figuresIn(oracle.overview(client, today)), tasks })
  }
  return { said: said.length, clients: held.length }
}

/**
 * Compares in one unchanging view of the database what kept rows say that hold with what is worked out anew. Nobody
 * brings rows up to date there: a list is of kept rows only where each holds. No change up to the mark is without its
 * row.
 */
export function compareInOneView(us: Tenant) {
  return us.world.database.snapshot(async read => {
    const live = await figuresBy(us, read, false)
    same(await figuresBy(us, read, true), live)
    const list = nextList()
    same(await answerBy(us, list, read, true), await answerBy(us, list, read, false))
    const lost = await read.query(
      `SELECT r.record_id FROM figure_marks m JOIN record_changes r ON r.organization_id = m.organization_id AND r.kind = 'ClientFigures' AND r.position <= m.position
      LEFT JOIN client_figures f ON f.organization_id = r.organization_id AND f.client_id = r.record_id AND f.position = r.position
      WHERE m.organization_id = ? AND r.deleted = 0 AND f.client_id IS NULL`,
      [us.organizationId],
    )
    same(lost, [])
  })
}
