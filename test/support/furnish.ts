import { setTimeout as sleep } from 'node:timers/promises'
import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLInputObjectType,
} from 'graphql'
import { schema } from './walk.js'
import type { Json, Tenant, World } from './world.js'
import { entities } from '../../src/model/entity-metadata.js';
import { snake } from '../../src/lib/snake.js';

/** The name of the input type of a mutation. */
export function inputTypeOf(mutation: string): GraphQLInputObjectType {
  const type = schema.getMutationType()?.getFields()[mutation]?.args[0]?.type
  const named = type && getNamedType(type)
  if (!isInputObjectType(named)) throw new Error(`${mutation} has no input.`)
  return named
}

// Values that are told apart inside one organisation only, and thus the same in every one.
const shared: Record<string, unknown> = { taxId: 'B58378431', series: 'CAN', supplierNumber: 'S-1' }
const untouched = new Set(['columns', 'scopes', 'taxIdCountry', 'country', 'currency', 'lines', 'externalNumber'])

/** An input with a canary in every text that it takes; ids, numbers and dates only as given. */
export function withCanaries(type: GraphQLInputObjectType, canary: string, given: object = {}): Record<string, Json> {
  const made: Record<string, unknown> = {}
  for (const field of Object.values(type.getFields())) {
    const named = getNamedType(field.type)
    const text = textFor(named.name, field.name, canary)
    const bare = isNonNullType(field.type) ? field.type.ofType : field.type
    if (isInputObjectType(named) && !isListType(bare) && isRequiredInputField(field))
      made[field.name] = withCanaries(named, canary)
    else if (text !== undefined && !untouched.has(field.name)) made[field.name] = isListType(bare) ? [text] : text
  }
  return { ...made, ...given }
}

function textFor(type: string, name: string, canary: string): unknown {
  if (name in shared) return shared[name]
  if (name === 'externalId') return 'EXT-1'
  if (type === 'String') return `${canary} ${name}`
  if (type === 'Upload') return new File([`${canary} bytes`], `${canary} file.txt`)
  if (type === 'EmailAddress') return 'the.same@example.com'
  return type === 'URL' ? `https://${canary}.example/` : undefined
}

/** An organisation with at least one of every record, in every role it can have. Returns what it made. */
export async function furnish(us: Tenant, canary: string) {
  const make = (mutation: string, given: object, fields?: string) =>
    us.do(mutation, withCanaries(inputTypeOf(mutation), canary, given), fields)
  const verb = (mutation: string, record: { id: string; version: number }, given: object = {}) =>
    us.do(mutation, { id: record.id, version: record.version, ...given })
  const line = { description: `${canary} line`, quantity: '2', unitPrice: '50.25', discount: '10', taxRate: '21' }

  const { version } = (await us.get('{ organization { version } }')).organization
  await us.do('updateOrganization', { version, name: `${canary} organization` })
  const user = await make('createUser', {})
  const gone = await us.user({ name: `${canary} gone` })
  await verb('archiveUser', gone)
  const client = await make('createClient', {
    ownerId: user.id,
    paymentTermsDays: 0,
    address: withCanaries(schema.getType('AddressInput') as GraphQLInputObjectType, canary),
  }) // an input of the schema
  // What the other has and it has not would become a contact if they were merged.
  const archived = await us.client({
    legalName: `${canary} archived`,
    email: 'archived@example.com',
    phone: `${canary} phone of the archived`,
  })
  await verb('archiveClient', archived)
  const contact = await make('createContact', {
    clientId: client.id,
    primary: true,
    email: 'the.same.contact@example.com',
    phone: `${canary} phone of the contact`,
  })
  const project = await make('createProject', { clientId: client.id, plannedEndOn: '2026-12-01' })
  const time = await make('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 90 })
  const freeTime = await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 30 })
  const task = await make('createTask', {
    clientId: client.id,
    projectId: project.id,
    assigneeId: user.id,
    dueOn: '2026-03-01',
  })
  await us.task(client.id, { title: `${canary} later`, dueOn: '2026-03-20' })
  await us.task(client.id, { title: `${canary} today`, dueOn: '2026-03-10' })
  await us.task(client.id, { title: `${canary} some day` })
  const order = await make('createPurchaseOrder', { clientId: client.id, number: 'PO-1', lines: [line] })
  await verb('openPurchaseOrder', order)
  const toClient = await us.do('createPurchaseOrder', { clientId: client.id, direction: 'TO_CLIENT', lines: [line] })
  await verb('openPurchaseOrder', toClient)
  await us.do('createPurchaseOrder', { clientId: client.id, number: 'PO-2', lines: [line] })

  const sale = (given: object) => us.do('createInvoice', { clientId: client.id, lines: [line], ...given })
  const authorised = async (invoice: { id: string; version: number }, given: object = {}) =>
    verb('authoriseInvoice', await verb('submitInvoice', invoice), given)
  const invoice = await authorised(
    await sale({ externalId: 'EXT-1', withholdingRate: '15', timeEntryIds: [time.id] }),
    { authorisedOn: '2026-03-01' },
  )
  const purchase = await authorised(
    await us.do('createInvoice', {
      clientId: client.id,
      kind: 'PURCHASE',
      supplierNumber: 'S-1',
      issuedOn: '2026-03-01',
      lines: [line],
    }),
  )
  const note = await authorised(await sale({ type: 'CREDIT_NOTE', correctsId: invoice.id }))
  const draft = await us.draft(client.id, '10')
  const draftNote = await sale({ type: 'CREDIT_NOTE', correctsId: invoice.id })
  await verb('submitInvoice', await us.draft(client.id, '20'))
  await verb('voidInvoice', await authorised(await sale({})))
  for (const dueOn of ['2025-11-20', '2025-12-20', '2026-01-20', '2026-02-20'])
    await authorised(await sale({ series: 'OLD', dueOn }), { authorisedOn: '2025-10-01' })
  const payment = await make('recordPayment', { invoiceId: invoice.id, amount: '200', paidOn: '2026-03-02' })
  const onAccount = await us.do('recordPayment', { clientId: client.id, amount: '5', method: `${canary} method` })
  const other = await authorised(await sale({}))
  const allocation = await us.do('allocate', { invoiceId: other.id, creditNoteId: note.id, amount: '10' })
  const refund = await us.do('recordRefund', { creditNoteId: note.id, amount: '5' })
  const paidBack = await us.do('recordRefund', { paymentId: payment.id, amount: '1' })
  const interaction = await make('createInteraction', { subjectId: client.id, contactIds: [contact.id] })
  const aboutInvoice = await us.do('createInteraction', { subjectId: invoice.id, kind: 'CALL', text: `${canary} call` })
  const [file] = await make('uploadFiles', { subjectId: client.id })
  await us.do('uploadFiles', { subjectId: invoice.id, files: [new File(['x'], `${canary} signed.txt`)] })

  const stage = await make('createDealStage', { category: 'OPEN' })
  const { nodes: stages } = (await us.get('{ dealStages { nodes { id category } } }')).dealStages
  const deal = await make('createDeal', {
    clientId: client.id,
    value: '100',
    stageId: stages[0].id,
    ownerId: user.id,
    expectedCloseOn: '2026-04-01',
  })
  for (const category of ['WON', 'LOST'])
    await verb('moveDeal', await us.deal(client.id, { title: `${canary} ${category}` }), {
      stageId: stages.find((each: Json) => each.category === category).id,
    })
  const quote = await make('createQuote', {
    clientId: client.id,
    dealId: deal.id,
    validUntil: '2026-04-01',
    lines: [line],
  })
  const sent = async (given: object = {}) =>
    verb('sendQuote', await us.quote(client.id, '10', given), { sentOn: '2026-02-01' })
  await sent()
  await sent({ validUntil: '2026-02-20' })
  await verb('declineQuote', await sent())
  await verb('acceptQuote', await sent())
  await verb('invoiceQuote', await verb('acceptQuote', await sent()))
  const rate = await make('createExchangeRate', { currency: 'GBP', day: '2026-03-01', rate: '1.17' })
  const { createApiKey: key } = await us.get(
    'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }',
    { input: { name: `${canary} key`, scopes: ['clients:read'] } },
  )
  const view = await make('createSavedView', {
    list: 'CLIENTS',
    shared: true,
    filter: { legalName: { contains: canary } },
    columns: ['legalName'],
  })
  await us.do('createSavedView', { list: 'CLIENTS', name: `${canary} private view` })
  const plan = await make('createImport', {
    kind: 'CLIENT',
    file: new File(
      [`Nom;Adreça;Ciutat;Moneda\n${canary} planned;C/ Major 1;Terrassa;\n${canary} wrong;C/ Major 1;Terrassa;EURO\n`],
      `${canary}.csv`,
    ),
  })
  const mapping = await make('keepImportMapping', { importId: plan.id })
  await verb('planImport', plan)
  while (
    (await us.get('query($id: ID!) { importPlan(id: $id) { state } }', { id: plan.id })).importPlan.state === 'PLANNING'
  )
    await sleep(20)
  for (const name of ['twin', 'twin SL']) await us.client({ legalName: `${canary} ${name}` })
  const erased = await us.client({ legalName: `${canary} person` })
  const erasure = await us.do('erasePerson', {
    personId: erased.id,
    version: erased.version,
    reason: `${canary} request`,
  })
  const [stays, goes] = [
    await us.client({ legalName: `${canary} stays` }),
    await us.client({ legalName: `${canary} goes` }),
  ]
  await us.do('mergeClients', {
    winnerId: stays.id,
    winnerVersion: stays.version,
    loserId: goes.id,
    loserVersion: goes.version,
  })
  const [merge] = (await us.get('{ clientMerges { nodes { id } } }')).clientMerges.nodes
  const organization = { id: us.organizationId }
  return {
    byType: {
      Organization: organization.id,
      User: user.id,
      ApiKey: key.apiKey.id,
      Client: client.id,
      Contact: contact.id,
      Project: project.id,
      TimeEntry: time.id,
      Task: task.id,
      ExchangeRate: rate.id,
      DealStage: stage.id,
      Deal: deal.id,
      Quote: quote.id,
      ClientMerge: merge.id,
      Erasure: erasure.id,
      PurchaseOrder: order.id,
      Invoice: invoice.id,
      Payment: payment.id,
      Allocation: allocation.id,
      Refund: refund.id,
      Interaction: interaction.id,
      File: file.id,
      SavedView: view.id,
      ImportPlan: plan.id,
      ImportMapping: mapping.id,
      ActivityEvent: (await us.get('{ activityEvents { nodes { id } } }')).activityEvents.nodes[0].id,
    } as Record<string, string>, // by the names of types
    draft: draft.id,
    draftNote: draftNote.id,
    freeTime: freeTime.id,
    creditNote: note.id,
    purchase: purchase.id,
    onAccount: onAccount.id,
    paidBack: paidBack.id,
    aboutInvoice: aboutInvoice.id,
    archived: archived.id,
  }
}

export type Furniture = Awaited<ReturnType<typeof furnish>>

/** Which kind of record an argument such as `clientId` names. */
export function kindOf(mutation: string, argument: string): string {
  const byName: Record<string, string> = {
    clientId: 'Client',
    ownerId: 'User',
    userId: 'User',
    assigneeId: 'User',
    projectId: 'Project',
    invoiceId: 'Invoice',
    paymentId: 'Payment',
    creditNoteId: 'Invoice',
    correctsId: 'Invoice',
    timeEntryIds: 'TimeEntry',
    subjectId: 'Client',
    contactIds: 'Contact',
    importId: 'ImportPlan',
    mappingId: 'ImportMapping',
    savedViewId: 'SavedView',
    winnerId: 'Client',
    loserId: 'Client',
    otherId: 'Client',
    personId: 'Client',
    mergeId: 'ClientMerge',
    stageId: 'DealStage',
    stageIds: 'DealStage',
    mergeIntoId: 'DealStage',
    dealId: 'Deal',
  }
  const kind =
    argument === 'id'
      ? mutation === 'setRate'
        ? 'Invoice'
        : String(schema.getMutationType()?.getFields()[mutation]?.type).replace(/Payload!?$/, '')
      : byName[argument]
  if (!kind) throw new Error(`Say in kindOf which record ${mutation}.${argument} names.`)
  return kind
}

export interface Link {
  name: string
  kind: string
  list: boolean
  required: boolean
}

/** The arguments of a mutation that name a record. */
export const linksOf = (mutation: string): Link[] =>
  Object.values(inputTypeOf(mutation).getFields())
    .filter(({ name }) => /^id$|Ids?$/.test(name) && !['externalId', 'taxId'].includes(name))
    .map(({ name, type }) => {
      const bare = isNonNullType(type) ? type.ofType : type
      return { name, kind: kindOf(mutation, name), list: isListType(bare), required: isNonNullType(type) }
    })

/** A whole input for a mutation on records of our own, but for one link, which leads to `id`. */
export async function inputFor(
  world: World,
  ours: Furniture,
  mutation: string,
  link?: Link,
  id?: string,
): Promise<Record<string, Json>> {
  const fields = Object.keys(inputTypeOf(mutation).getFields())
  const free: Record<string, string> = {
    updateInvoice: link?.name === 'correctsId' ? ours.draftNote : ours.draft,
    updateTimeEntry: ours.freeTime,
  }
  const own = (kind: string) => free[mutation] ?? ours.byType[kind] ?? ''
  const ids = Object.fromEntries(
    linksOf(mutation)
      .filter(({ required }) => required)
      .map(({ name, kind, list }) => [name, list ? [own(kind)] : own(kind)]),
  )
  const changed = mutation === 'updateOrganization' ? ours.byType.Organization : ids.id
  const known = {
    ...ids,
    clients: [{ id: own('Client'), version: await versionOf(world, ours.byType.Client ?? '') }],
    version: changed ? await versionOf(world, String(changed)) : 1,
    winnerVersion: await versionOf(world, own('Client')),
    loserVersion: await versionOf(world, own('Client')),
    minutes: 5,
    amount: '1',
    value: '1',
    category: 'OPEN',
    scopes: ['clients:read'],
    ...(/Rate/.test(mutation)
      ? {
          currency: 'GBP',
          day: '2026-03-02',
          rate: '1.18',
          rates: [{ currency: 'GBP', day: '2026-03-03', rate: '1.19' }],
        }
      : {}),
    ...(link?.name === 'correctsId' && mutation === 'createInvoice' ? { type: 'CREDIT_NOTE' } : {}),
    externalId: undefined,
    externalNumber: undefined,
    supplierNumber: undefined,
    series: undefined,
    taxId: undefined,
    email: mutation.endsWith('User') ? 'new@example.com' : undefined,
    ...(link ? { [link.name]: link.list ? [id] : id } : {}),
  }
  const whole = withCanaries(
    inputTypeOf(mutation),
    'change',
    Object.fromEntries(Object.entries(known).filter(([name]) => fields.includes(name))),
  )
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))
}

/** The version of a record as it is now. */
export async function versionOf({ database }: World, id: string): Promise<number> {
  const table = entities().find(({ prefix }) => id.startsWith(`${prefix}_`))?.table
  const [row] = await database.read.query<{ version: number }[]>(`SELECT version FROM ${table} WHERE id = '${id}'`)
  return row?.version ?? 1
}

/** The ids of all rows of an organisation, parts such as lines included. */
export async function idsOf({ database }: World, organizationId: string): Promise<string[]> {
  const all = await Promise.all(
    entities().map(({ table, fields }) => {
      const owner = fields.some(({ name }) => name === 'organizationId') ? 'organization_id' : 'id'
      return database.read.query<{ id: string }[]>(`SELECT id FROM ${table} WHERE ${owner} = '${organizationId}'`)
    }),
  )
  return all.flat().map(({ id }) => id)
}

/** Every value of every row, to tell whether anything changed; when keys were last used apart. */
export async function contentOf({ database }: World, organizationId?: string): Promise<string> {
  const parts: unknown[] = []
  for (const { table, fields } of entities()) {
    const owner = fields.some(({ name }) => name === 'organizationId') ? 'organization_id' : 'id'
    const columns = fields
      .filter(({ name }) => name !== 'lastUsedAt')
      .map(({ name }) => `${database.dialect.name === 'sqlite' ? `"${snake(name)}"` : `\`${snake(name)}\``}`)
    parts.push(
      table,
      await database.read.query(
        `SELECT ${columns.join(', ')} FROM ${table} ${organizationId ? `WHERE ${owner} = '${organizationId}'` : ''} ORDER BY id`,
      ),
    )
  }
  return JSON.stringify(parts)
}
