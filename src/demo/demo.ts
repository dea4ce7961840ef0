import type { ClassType } from 'type-graphql'
import type { Database } from '../database/database.js'
import { createApiKey, User } from '../features/access/index.js'
import { Client, Contact } from '../features/clients/index.js'
import { Deal, DealStage, inPipelineOrder, Quote, QuoteLine } from '../features/deals/index.js'
import { Interaction } from '../features/interactions/index.js'
import { Allocation, BilledTime, Invoice, InvoiceLine, Payment, Refund } from '../features/invoicing/index.js'
import { createOrganization, type Organization } from '../features/organizations/index.js'
import { Project, TimeEntry } from '../features/projects/index.js'
import { NumberSeries, PurchaseOrder, PurchaseOrderLine } from '../features/purchasing/index.js'
import { ExchangeRate } from '../features/rates/index.js'
import { Task } from '../features/tasks/index.js'
import { keyScopes } from '../model/permission.js'
import type { Clock } from '../lib/calendar.js'
import { fold } from '../lib/fold.js'
import { UserError } from '../lib/user-error.js'
import { System } from '../request/system.js'
import { Books } from './books.js'
import { openClient, personName } from './client-story.js'
import { planDeals } from './deal-story.js'
import { Desk } from './desk.js'
import { planInteractions } from './interaction-story.js'
import { planInvoices } from './invoice-story.js'
import { Numbers } from './numbers.js'
import { planOrders } from './order-story.js'
import { planOf, type ClientPlan } from './plan.js'
import { planProjects } from './project-story.js'
import { Random } from './random.js'
import { keepRates } from './rates.js'
import type { Story } from './story.js'
import { planTasks } from './task-story.js'
import type { Row } from '../model/field-definition.js'

export interface DemoOptions {
  clients: number
  documentsPerClient: number
  /** The same seed gives the same rows on the same day. */
  seed: number
  organizationName?: string
  clock?: Clock
  progress?: (done: number, total: number) => void
}

export interface Demo {
  organization: Organization
  /** The secret of a key that works from now on; it is not shown again. */
  secret: string
  clients: number
  documents: number
}

/** Each kind behind those it refers to. */
const order: readonly ClassType<Row>[] = [
  User,
  ExchangeRate,
  NumberSeries,
  Client,
  Contact,
  Project,
  TimeEntry,
  Task,
  PurchaseOrder,
  PurchaseOrderLine,
  Invoice,
  InvoiceLine,
  BilledTime,
  Payment,
  Allocation,
  Refund,
  Deal,
  Quote,
  QuoteLine,
  Interaction,
]
const documentTypes = new Set<object>([Project, TimeEntry, Task, PurchaseOrder, Invoice, Payment, Deal, Quote])

const foundedDays = 1100
const userCount = 8
const mostClients = 10_000 // beyond, tax ids would come twice
// One transaction takes so many clients or documents, whichever is reached first. A server on the same database waits
// no longer than that.
const clientsAtOnce = 25
const documentsAtOnce = 3000

/** Makes an organisation with a believable past of three years, and a key to look at it. */
export async function loadDemo(
  database: Database,
  { clients, documentsPerClient, seed, organizationName, clock = () => new Date(), progress }: DemoOptions,
): Promise<Demo> {
  if (clients > mostClients)
    throw new UserError(
      'DEMO_TOO_LARGE',
      `A demo has at most ${mostClients} clients; give more documents to each instead.`,
    )
  const now = clock()
  const founded = new Date(now.getTime() - foundedDays * 86_400_000)
  const founder = new System(database, { clock: () => founded })
  const organization = await createOrganization(founder, { name: organizationName ?? (await freeName(founder)) })
  const context = new System(database, { clock: () => now }).contextOf(organization)
  const { access, today, storage } = context
  const scopeSetting = { access, dialect: database.dialect, now, today, storage, readsKept: false }
  const numbers = new Numbers(scopeSetting)
  const deskFor = (ordinal: number, silent = false) =>
    new Desk({ access, now, today, numbers, ordinal, silent, random: new Random(seed, ordinal + 2) })

  const staff = deskFor(-1)
  keepRates(staff, foundedDays - 1)
  const users = hire(staff, organization.name)
  const stages = inPipelineOrder(await context.read('deals:read', scope => scope.list(DealStage)))
  const live = (plan: ClientPlan, silent = false) => {
    const desk = deskFor(plan.ordinal, silent)
    planPast(desk, plan, { users, stages })
    desk.run()
    return desk
  }

  const plans = planOf(seed, clients, documentsPerClient)
  for (const plan of plans) live(plan, true)
  await numbers.settle()
  await context.mutate('admin', scope =>
    scope.insertWithHistory([...staff.inOrder(order), ...numbers.series], staff.events),
  )

  const planned = plans.reduce((sum, plan) => sum + plan.documents, 0)
  let done = 0
  let documents = 0
  for (const some of portions(plans)) {
    const desks = some.map(plan => live(plan))
    const rows = order.flatMap(type => desks.flatMap(desk => desk.inOrder([type])))
    await context.mutate(['clients:write', 'projects:write', 'orders:write', 'invoices:write', 'deals:write'], scope =>
      scope.insertWithHistory(
        rows,
        desks.flatMap(desk => desk.events),
      ),
    )
    documents += rows.filter(row => documentTypes.has(row.constructor)).length
    done += some.reduce((sum, plan) => sum + plan.documents, 0)
    progress?.(done, planned)
  }
  const { secret } = await context.mutate('admin', scope =>
    createApiKey(scope, { name: 'Demo', scopes: [...keyScopes] }),
  )
  return { organization, secret, clients, documents }
}

function hire(desk: Desk, organizationName: string): User[] {
  const users: User[] = []
  const site = `${fold(organizationName).replace(/\W+/g, '-')}.example`
  desk.before(foundedDays - 1, () => {
    for (let number = 1; number <= userCount; number++) {
      const name = personName(desk, 'CA')
      users.push(
        desk.add(
          desk.make(User, {
            name,
            nameFolded: fold(name),
            email: `${fold(name).replace(/\W+/g, '.')}${number}@${site}`,
          }),
        ),
      )
    }
  })
  desk.run()
  return users
}

/** Enters into the desk's agenda all that begins by itself; the rest follows from it. */
function planPast(desk: Desk, plan: ClientPlan, house: Pick<Story, 'users' | 'stages'>) {
  desk.before(plan.since, () => {
    const client = openClient(desk, plan, house.users)
    const language = client.language ?? 'CA'
    const story = {
      ...house,
      desk,
      plan,
      client,
      language,
      projects: [],
      unbilled: [],
      books: new Books(desk, language),
    }
    planProjects(story)
    planTasks(story)
    planOrders(story)
    planInvoices(story)
    planDeals(story)
    planInteractions(story)
  })
}

function* portions(plans: readonly ClientPlan[]): Generator<ClientPlan[]> {
  let some: ClientPlan[] = []
  for (const plan of plans) {
    some.push(plan)
    if (some.length < clientsAtOnce && some.reduce((sum, { documents }) => sum + documents, 0) < documentsAtOnce)
      continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

async function freeName(system: System): Promise<string> {
  const taken = new Set((await system.organizations()).map(({ name }) => name))
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'Demo' : `Demo ${number}`
    if (!taken.has(name)) return name
  }
}
