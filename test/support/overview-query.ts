import { everybody, outlook, type Figures } from './oracle.js'
import type { Json, Tenant } from './world.js'

// Whole overviews, asked for in the shape in which the oracle tells them.

const wholeSum = '{ amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate }'

/** The list that each block's counts stand beside. */
const lists = {
  projects: 'projects',
  tasks: 'tasks',
  ordersFrom: 'purchaseOrders',
  ordersTo: 'purchaseOrders',
  sales: 'invoices',
  purchases: 'invoices',
} as const
type Block = keyof typeof lists

/** The field behind a name of the answer, where the name is an alias. */
const aliases: Record<string, string> = {
  ordersFrom: 'ordersFrom: purchaseOrders(direction: FROM_CLIENT)',
  ordersTo: 'ordersTo: purchaseOrders(direction: TO_CLIENT)',
  sales: 'sales: invoices(kind: SALE)',
  purchases: 'purchases: invoices(kind: PURCHASE)',
  within: `within: upcomingWithin(days: ${outlook})`,
}
const called = (name: string) => aliases[name] ?? name

/** All fields of an overview, by block: with amounts, or instead with the list beside each count. */
function blocksOf(listed: boolean, sum = wholeSum): Record<Block, string> {
  const page = (block: Block, field: string = lists[block]) =>
    `list: ${field}(first: $first) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }`
  const counted = (block: Block) => (listed ? `{ count ${page(block)} }` : '{ count }')
  const group = (block: Block, more = '') => (listed ? counted(block) : `{ count amount ${sum} ${more} }`)
  const states = (block: Block) => `byState { state ${counted(block).slice(1)}`
  const orders = (block: Block) =>
    `${called(block)} { total ${group(block)} closed ${group(block)} open ${group(block)} ${states(block)} }`
  const invoices = (block: Block) => `${called(block)} {
    draft ${group(block)} awaitingApproval ${group(block)} authorised ${group(block, `amountDue ${sum}`)} pending ${group(block)} overdue ${group(block)} paid ${group(block)}
    voided ${counted(block)} outstanding ${group(block)} partiallyPaid ${counted(block)}
    ${listed ? '' : `unappliedCredit ${sum} netInvoiced ${sum} netRevenue ${sum} netBalance ${sum}`}
    overdueByAge { days1To30 ${group(block)} days31To60 ${group(block)} days61To90 ${group(block)} daysOver90 ${group(block)} } }`
  const minutes = listed
    ? 'time: timeEntries(first: $first) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }'
    : 'totalMinutes totalHours billableMinutes invoicedMinutes'
  return {
    projects: `projects { count ${listed ? page('projects') : ''} ${states('projects')} ${minutes} }`,
    tasks: `tasks { ${['overdue', 'due', 'upcoming', 'unscheduled', 'open', 'within'].map(name => `${called(name)} ${counted('tasks')}`).join(' ')} }`,
    ordersFrom: orders('ordersFrom'),
    ordersTo: orders('ordersTo'),
    sales: invoices('sales'),
    purchases: invoices('purchases'),
  }
}

const overviewFields = (listed: boolean, sum = wholeSum) => `{ asOf ${Object.values(blocksOf(listed, sum)).join(' ')} }`

export const figureFields = overviewFields(false)
/** The same without what of each sum is known in base, for tests that say the whole sum themselves. */
export const plainFields = overviewFields(false, wholeSum.replace('knownBase { amount currency } ', ''))
const everyClient = 'clients(first: 100, archived: INCLUDE, orderBy: { field: CREATED_AT, direction: ASC })'

/** The overviews of all clients, archived ones included, on several days, in one request: by client and day. */
export async function overviewsOfAll(us: Tenant, days: readonly string[]): Promise<Map<string, Json>> {
  const variables = Object.fromEntries(days.map((day, at) => [`day${at}`, day]))
  const data = await us.get(
    `query(${days.map((_, at) => `$day${at}: Date!`).join(' ')}) { ${everyClient} { nodes { id ${days.map((_, at) => `o${at}: overview(asOf: $day${at}) { ...Figures }`).join(' ')} } } }
    fragment Figures on ClientOverview ${figureFields}`,
    variables,
  )
  return new Map(
    data.clients.nodes.flatMap((node: Json) => days.map((day, at) => [`${node.id} ${day}`, node[`o${at}`]])),
  )
}

/** The overviews of the organisation on several days. */
export async function overviewsOfEverybody(
  us: Tenant,
  days: readonly string[],
  fields = figureFields,
): Promise<Map<string, Json>> {
  const { organization } = await us.get(
    `{ organization { ${days.map((day, at) => `o${at}: overview(asOf: "${day}") { ...Figures }`).join(' ')} } } fragment Figures on OrganizationOverview ${fields}`,
  )
  return new Map(days.map((day, at) => [day, organization[`o${at}`]]))
}

const monthSums = (kind: string) =>
  ['invoiced', 'paid', 'refunded'].map(name => `${kind}${name}: ${name}(kind: ${kind}) ${wholeSum}`).join(' ')

/**
 * The months of every client, and of everybody together, on several days: by whose and day, as the oracle tells them.
 */
export async function monthsOfAll(us: Tenant, days: readonly string[], count: number): Promise<Map<string, Json>> {
  const fields = `{ ${days.map((day, at) => `m${at}: overviewByMonth(asOf: "${day}", months: ${count}) { ...Month }`).join(' ')} }`
  const data = await us.get(`{ organization ${fields} ${everyClient} { nodes { id ...Months } } }
    fragment Months on Client ${fields} fragment Month on OverviewMonth { month ${monthSums('SALE')} ${monthSums('PURCHASE')} minutes billableMinutes hours }`)
  const figures = ({ month, minutes, billableMinutes, hours, ...sums }: Json) => {
    const of = (kind: string) => ({
      invoiced: sums[`${kind}invoiced`],
      paid: sums[`${kind}paid`],
      refunded: sums[`${kind}refunded`],
    })
    return { month, sales: of('SALE'), purchases: of('PURCHASE'), minutes, billableMinutes, hours }
  }
  const owners: [string, Json][] = [
    [everybody, data.organization],
    ...data.clients.nodes.map((node: Json) => [node.id, node]),
  ]
  return new Map(
    owners.flatMap(([whose, node]) => days.map((day, at) => [`${whose} ${day}`, node[`m${at}`].map(figures)])),
  )
}

/** One client's overview; for today where no day is given. */
export async function overviewOf(us: Tenant, clientId: string, asOf?: string, fields = figureFields): Promise<Json> {
  const data = await us.get(`query($id: ID!, $asOf: Date) { client(id: $id) { overview(asOf: $asOf) ${fields} } }`, {
    id: clientId,
    asOf,
  })
  return data.client.overview
}

/** Every count of all clients on a day with the number and the ids that its list gives, walked page by page. */
export async function listsOfAll(us: Tenant, asOf: string, first: number): Promise<Map<string, Json>> {
  const data = await us.get(
    `query($asOf: Date!, $first: Int!) { ${everyClient.replace('first: 100', 'first: 10')} { nodes { id overview(asOf: $asOf) ${overviewFields(true)} } } }`,
    { asOf, first },
  )
  const clients = new Map<string, Json>()
  for (const { id, overview } of data.clients.nodes)
    clients.set(id, await walked(us, { owner: `client(id: "${id}")`, asOf, first }, overview, []))
  return clients
}

/** The same of the organisation, whose lists all at once would cost more than one operation may. */
export async function listsOfEverybody(us: Tenant, asOf: string, first: number): Promise<Json> {
  const { projects, tasks, ordersFrom, ordersTo, sales, purchases } = blocksOf(true)
  const parts = [
    [projects, tasks, ordersFrom, ordersTo],
    [sales, purchases],
  ]
  const answers = await Promise.all(
    parts.map(async blocks => {
      const { organization } = await us.get(
        `query($asOf: Date!, $first: Int!) { organization { overview(asOf: $asOf) { asOf ${blocks.join(' ')} } } }`,
        { asOf, first },
      )
      return walked(us, { owner: 'organization', asOf, first }, organization.overview, [])
    }),
  )
  return Object.assign({}, ...answers)
}

interface Place {
  owner: string
  asOf: string
  first: number
}

/** The answer with each list replaced by its ids, in the oracle's shape. */
async function walked(us: Tenant, place: Place, found: Json, path: (string | number)[]): Promise<Json> {
  if (Array.isArray(found)) return Promise.all(found.map((each, at) => walked(us, place, each, [...path, at])))
  if (found === null || typeof found !== 'object') return found
  const entries = await Promise.all(
    Object.entries<Json>(found).map(async ([name, value]) => {
      if (name !== 'list' && name !== 'time') return [[name, await walked(us, place, value, [...path, name])]]
      const ids = await allIds(us, place, value, path, name)
      return [
        [name === 'list' ? 'ids' : 'timeIds', ids.sort()],
        [name === 'list' ? 'totalCount' : 'timeCount', value.totalCount],
      ]
    }),
  )
  return Object.fromEntries(entries.flat())
}

async function allIds(
  us: Tenant,
  { owner, asOf, first }: Place,
  page: Json,
  path: (string | number)[],
  name: string,
): Promise<string[]> {
  const ids: string[] = page.nodes.map((node: Json) => node.id)
  const block = Object.keys(lists).find(key => key === path[0]) as Block // every path begins with a block
  const field = name === 'time' ? 'timeEntries' : lists[block]
  const names = path.filter(step => typeof step === 'string')
  let { pageInfo } = page
  while (pageInfo.hasNextPage) {
    const leaf = `list: ${field}(first: $first, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }`
    const inner = names.reduceRight((nested, step) => `${called(step)} { ${nested} }`, leaf)
    const data = await us.get(
      `query($asOf: Date!, $first: Int!, $after: String!) { owner: ${owner} { overview(asOf: $asOf) { ${inner} } } }`,
      { asOf, first, after: pageInfo.endCursor },
    )
    const next = path.reduce((at, step) => at[step], data.owner.overview)
    ids.push(...next.list.nodes.map((node: Json) => node.id))
    ;({ pageInfo } = next.list)
  }
  return ids
}

const hidden = new Set(['ids', 'timeIds'])

/** The result of the oracle in the form of `overviewsOfAll`, without ids. */
export const figuresIn = (figures: Figures): Json =>
  JSON.parse(JSON.stringify(figures, (name, value: unknown) => (hidden.has(name) ? undefined : value)))

/** The result of the oracle in the form of `listsOfAll`, with only counts and ids. */
export function listsIn(figures: Json): Json {
  if (Array.isArray(figures)) return figures.map(listsIn)
  if (figures === null || typeof figures !== 'object') return figures
  if (typeof figures.withoutRate === 'number') return undefined
  const { count, ids, timeIds, totalMinutes, totalHours, billableMinutes, invoicedMinutes, ...rest } = figures
  const inner = Object.entries(rest)
    .map(([name, value]) => [name, listsIn(value)])
    .filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(inner),
    ...(ids ? { count, ids, totalCount: ids.length } : {}),
    ...(timeIds ? { timeIds, timeCount: timeIds.length } : {}),
  }
}
