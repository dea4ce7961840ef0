import { entities } from '../src/model/entity-metadata.js'
import '../src/features/index.js'
import { eventDays } from '../src/features/figures/kept-days.js'
import { sourcesToday } from '../src/features/figures/registry.js'
import { furnishedClient, mergingIn } from './support/merging.js'
import { planned } from './support/importing.js'
import { lineOf } from './support/document-line.js'
import { World, type Json, type Tenant } from './support/world.js'

// Only a change that a client's figures count makes a new revision of them.

let world: World
let us: Tenant
let client: string
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
beforeEach(async () => {
  client = (await us.client({ currency: 'EUR' })).id
})
afterAll(() => world.stop())

async function revisions(): Promise<Map<string, string>> {
  const rows: { id: string; position: string; deleted: number }[] = await world.database.read.query(
    "SELECT record_id AS id, position, deleted FROM record_changes WHERE organization_id = ? AND kind = 'ClientFigures'",
    [us.organizationId],
  )
  return new Map(rows.map(({ id, position, deleted }) => [id, deleted ? 'gone' : String(position)]))
}

/** The clients whose figures have another revision than before `work`, which returns what it made. */
async function revised<T>(work: () => Promise<T>): Promise<{ ids: string[]; made: T }> {
  const before = await revisions()
  const made = await work()
  const after = await revisions()
  return { ids: [...after.keys()].filter(id => after.get(id) !== before.get(id)).sort(), made }
}

/** Returns the record that `mutation` made, after checking that only our client has a new revision. */
async function revises(mutation: string, input: object): Promise<Json> {
  const { ids, made } = await revised(() => us.do(mutation, input))
  expect({ mutation, ids }).toEqual({ mutation, ids: [client] })
  return made
}

async function leaves(mutation: string, input: object): Promise<Json> {
  const { ids, made } = await revised(() => us.do(mutation, input))
  expect({ mutation, ids }).toEqual({ mutation, ids: [] })
  return made
}

const sql = sourcesToday()
  .map(source => source.sql(['cli_1']))
  .join('\n')

test('the days that figures compare with today are those whose passing ends kept figures', () => {
  const compared = new Set(
    [...sql.matchAll(/\.(\w+)(?:, NULL\))? (?:<|<=|=|>=|>) :(?:asOf|days)/g)].map(([, day]) => day),
  )
  const turning = sourcesToday().flatMap(({ turns }) => turns?.documents.day ?? [])
  const days = [...eventDays().flatMap(([, days]) => days), ...turning]
  expect([...compared].sort()).toEqual([...new Set(days)].sort())
})

test('the tables that figures read are those of the records that make a revision', () => {
  const read = new Set([...sql.matchAll(/\b(?:FROM|JOIN) ([a-z_]+)/g)].map(([, table]) => table))
  const counted = entities().filter(
    ({ fields, part, figures }) => figures && !part && fields.some(({ name }) => name === 'clientId'),
  )
  // Billed time changes with its invoice only. Events tell of what happened, and are written by the history itself.
  expect([...read].sort()).toEqual(
    [...counted.map(({ table }) => table).filter(table => table !== 'activity_events'), 'billed_time'].sort(),
  )
})

test('projects, time and tasks', async () => {
  const user = await us.user()
  const project = await revises('createProject', { clientId: client, name: 'Projecte' })
  const time = await revises('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 30 })
  await revises('updateTimeEntry', { ...time, minutes: 45 })
  const later = await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 5 })
  await revises('deleteTimeEntry', { id: later.id, version: later.version })
  const task = await revises('createTask', { clientId: client, title: 'Tasca', dueOn: '2026-03-12' })
  const started = await revises('startTask', task)
  await revises('completeTask', started)
})

test('orders', async () => {
  const lines = [lineOf('10')]
  const order = await revises('createPurchaseOrder', { clientId: client, number: 'PO-1', lines })
  const changed = await revises('updatePurchaseOrder', { ...order, lines: [lineOf('20')] })
  const open = await revises('openPurchaseOrder', changed)
  await revises('closePurchaseOrder', open)
})

test('invoices, payments, allocations, refunds and credit notes', async () => {
  const draft = await revises('createInvoice', { clientId: client, lines: [lineOf('100')] })
  const submitted = await revises('submitInvoice', draft)
  const invoice = await revises('authoriseInvoice', submitted)
  const payment = await revises('recordPayment', { clientId: client, amount: '60' })
  await revises('allocate', { invoiceId: invoice.id, paymentId: payment.id, amount: '20' })
  const refund = await revises('recordRefund', { paymentId: payment.id, amount: '10' })
  await revises('reverseRefund', refund)
  const note = await us.draft(client, '5', { type: 'CREDIT_NOTE', correctsId: invoice.id })
  await revises('authoriseInvoice', await us.do('submitInvoice', note))
  const wrong = await us.invoice(client, '7')
  await revises('voidInvoice', { id: wrong.id, version: wrong.version })
  const deleted = await us.draft(client, '9')
  await revises('deleteInvoice', { id: deleted.id, version: deleted.version })
})

test('deals and quotes', async () => {
  const deal = await revises('createDeal', { clientId: client, title: 'Oferta', value: '500' })
  await revises('updateDeal', { ...deal, value: '600' })
  const quote = await revises('createQuote', { clientId: client, dealId: deal.id, lines: [lineOf('10')] })
  await revises('sendQuote', quote)
})

test('clients that are made, merged and told apart', async () => {
  const { ids, made } = await revised(() => us.client())
  expect(ids).toEqual([made.id])
  us = await world.organization() // whose numbers of invoices begin on an earlier day
  const [winner, loser] = [await furnishedClient(us, 'Winner'), await furnishedClient(us, 'Loser')]
  const both = [winner.id, loser.id].sort()
  const { merge, unmerge } = mergingIn(() => us)
  const merged = await revised(() => merge(winner.id, loser.id))
  expect(merged.ids).toEqual(both)
  expect((await revisions()).get(loser.id)).toBe('gone')
  const apart = await revised(async () => us.do('unmergeClients', await unmerge(loser.id)))
  expect(apart.ids).toEqual(both)
  expect((await revisions()).get(loser.id)).not.toBe('gone')
})

test('an import that is committed and one that is taken back', async () => {
  const plan = await planned(us, 'CLIENT', [
    'Referència;Raó social;Adreça;Població',
    'C-1;Client importat;C/ Major 1;Terrassa',
  ])
  const commit = await revised(() => us.do('commitImport', { id: plan.id, version: plan.version }))
  expect(commit.ids).toHaveLength(1)
  const [imported = ''] = commit.ids
  const tasks = await planned(us, 'TASK', [
    'Referència;Client;Tasca;Data d’inici;Estat',
    'T1;C-1;Tasca;01/02/2026;pendent',
  ])
  const written = await revised(() => us.do('commitImport', { id: tasks.id, version: tasks.version }))
  expect(written.ids).toEqual([imported])
  const undone = await revised(() => us.do('undoImport', { id: tasks.id, version: written.made.version }))
  expect(undone.ids).toEqual([imported])
})

test('what no figure counts leaves the revision as it is', async () => {
  const { version } = (await us.get('query($id: ID!) { client(id: $id) { version } }', { id: client })).client
  await leaves('updateClient', { id: client, version, legalName: 'Un altre nom' })
  await leaves('createContact', { clientId: client, name: 'Persona' })
  await leaves('createInteraction', { subjectId: client, kind: 'NOTE', text: 'Nota' })
  await leaves('uploadFiles', { subjectId: client, files: [new File(['x'], 'x.txt')] })
  const user = await us.user()
  const owned = await us.client({ ownerId: user.id })
  await leaves('updateUser', { ...user, name: 'Un altre' })
  expect((await revisions()).has(owned.id)).toBe(true)
})
