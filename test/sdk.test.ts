import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AddressInfo } from 'node:net'
import { buildSchema, Kind, parse, validate, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import * as sdk from '@clientela/sdk'
import { ClientelaClient, ClientelaError, type TypedDocumentNode } from '@clientela/sdk'
import { furnish } from './support/furnish.js'
import { World, type Tenant } from './support/world.js'

let world: World
let us: Tenant
let api: ClientelaClient
/** The names of the operations that this file sent. */
const sent = new Set<string>()

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  api = clientOf(us)
})
afterAll(() => world.stop())

function clientOf(tenant: Tenant): ClientelaClient {
  const noting: typeof fetch = (input, init) => {
    const text = init?.body instanceof FormData ? init.body.get('operations') : init?.body
    const name = typeof text === 'string' ? /(?:query|mutation) (\w+)/.exec(text)?.[1] : undefined
    if (name) sent.add(name)
    return fetch(input, init)
  }
  return new ClientelaClient({ url: world.url, apiKey: tenant.secret, fetch: noting })
}

const schema = buildSchema(readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8'))
const documents = Object.entries(sdk as Record<string, unknown>) // its exports by name
  .filter(([name]) => name.endsWith('Document'))
  .map(([name, document]) => [name, document as DocumentNode] as const) // what the generator makes of an operation
const operationOf = ({ definitions }: DocumentNode) =>
  definitions.find((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION)

const thrownBy = (work: Promise<unknown>): Promise<ClientelaError> =>
  work.then(
    () => {
      throw new Error('Nothing was thrown.')
    },
    (error: unknown) => {
      if (error instanceof ClientelaError) return error
      throw error
    },
  )

const address = { line1: 'C/ Major 1', city: 'Terrassa' }
const lines = [{ description: 'Feina', quantity: '2', unitPrice: '50', taxRate: '21' }]

describe('every operation', () => {
  test('is valid, and every mutation of the schema and every list has one', () => {
    expect(
      documents.flatMap(([name, document]) => validate(schema, document).map(({ message }) => `${name}: ${message}`)),
    ).toEqual([])
    const fieldsOf = (kind: string) =>
      new Set(
        documents.flatMap(([, document]) => {
          const operation = operationOf(document)
          return operation?.operation === kind
            ? operation.selectionSet.selections.flatMap(node => (node.kind === Kind.FIELD ? [node.name.value] : []))
            : []
        }),
      )
    expect([...fieldsOf('mutation')].sort()).toEqual(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort())
    // A record of any kind is asked for with fragments of the caller's own.
    expect(
      Object.keys(schema.getQueryType()?.getFields() ?? {})
        .filter(name => !fieldsOf('query').has(name))
        .sort(),
    ).toEqual(['node', 'nodes'])
  })

  test('that concerns clients and contacts', async () => {
    let { client } = await api.mutate(sdk.CreateClientDocument, {
      input: { legalName: 'Ateneu', address, taxId: 'B58378431', tags: ['coop'] },
    })
    client = (
      await api.mutate(sdk.UpdateClientDocument, {
        input: { id: client.id, version: client.version, tradeName: 'L’Ateneu' },
      })
    ).client
    expect(client).toMatchObject({
      tradeName: 'L’Ateneu',
      taxId: expect.stringContaining('B58378431'),
      tags: ['coop'],
      address: { country: 'ES' },
    })
    let { contact } = await api.mutate(sdk.CreateContactDocument, {
      input: { clientId: client.id, name: 'Marta Roca' },
    })
    contact = (
      await api.mutate(sdk.UpdateContactDocument, {
        input: { id: contact.id, version: contact.version, role: 'Gerent' },
      })
    ).contact
    expect((await api.request(sdk.ClientDocument, { id: client.id })).client?.contacts.nodes).toEqual([contact])
    expect((await api.request(sdk.ContactDocument, { id: contact.id })).contact).toEqual(contact)
    expect((await api.request(sdk.ContactsDocument, { count: true })).contacts.totalCount).toBe(1)
    await api.mutate(sdk.DeleteContactDocument, { input: { id: contact.id, version: contact.version } })
    client = (await api.mutate(sdk.ArchiveClientDocument, { input: { id: client.id, version: client.version } })).client
    expect((await api.request(sdk.ClientsDocument, { archived: 'ONLY', count: true })).clients).toMatchObject({
      totalCount: 1,
      nodes: [client],
    })
    expect((await api.request(sdk.ClientsDocument)).clients.nodes).toEqual([])
    client = (await api.mutate(sdk.UnarchiveClientDocument, { input: { id: client.id, version: client.version } }))
      .client
    await api.mutate(sdk.DeleteClientDocument, { input: { id: client.id, version: client.version } })
  })

  test('that concerns several clients, saved views and who asks', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Ateneu', address } })
    const { user } = await api.mutate(sdk.CreateUserDocument, { input: { name: 'Rut', email: 'rut@example.com' } })
    const versions = (clients: readonly { id: string; version: number }[]) =>
      clients.map(({ id, version }) => ({ id, version }))
    let { clients } = await api.mutate(sdk.TagClientsDocument, { input: { clients: versions([client]), add: ['vip'] } })
    clients = (await api.mutate(sdk.AssignClientsDocument, { input: { clients: versions(clients), ownerId: user.id } }))
      .clients
    clients = (await api.mutate(sdk.ArchiveClientsDocument, { input: { clients: versions(clients) } })).clients
    clients = (await api.mutate(sdk.UnarchiveClientsDocument, { input: { clients: versions(clients) } })).clients
    expect(clients).toMatchObject([{ tags: ['vip'], ownerId: user.id, archivedAt: null }])
    const refused = await thrownBy(api.mutate(sdk.ArchiveClientsDocument, { input: { clients: versions([client]) } }))
    expect(refused).toMatchObject({ code: 'CONFLICT', refusals: [{ field: 'clients.0.version' }] })

    expect((await api.request(sdk.SearchDocument, { query: 'ateneu', kinds: ['CLIENT'] })).search).toMatchObject([
      { kind: 'CLIENT', title: 'Ateneu', rank: 2, record: { id: client.id } },
    ])
    let { savedView } = await api.mutate(sdk.CreateSavedViewDocument, {
      input: {
        list: 'CLIENTS',
        name: 'VIP',
        filter: { tags: { has: 'vip' } },
        orderBy: { field: 'OVERDUE', direction: 'DESC' },
      },
    })
    savedView = (
      await api.mutate(sdk.UpdateSavedViewDocument, {
        input: { id: savedView.id, version: savedView.version, shared: true },
      })
    ).savedView
    expect((await api.request(sdk.SavedViewDocument, { id: savedView.id })).savedView).toEqual(savedView)
    expect(
      (await api.request(sdk.SavedViewsDocument, { filter: { list: { eq: 'CLIENTS' } } })).savedViews.nodes,
    ).toEqual([savedView])
    expect((await api.request(sdk.ClientsDocument, { savedViewId: savedView.id, count: true })).clients).toMatchObject({
      totalCount: 1,
      nodes: clients,
    })
    await api.mutate(sdk.DeleteSavedViewDocument, { input: { id: savedView.id, version: savedView.version } })
    await api.mutate(sdk.ArchiveUserDocument, { input: { id: user.id, version: user.version } })
    const { viewer } = await api.request(sdk.ViewerDocument)
    expect(viewer).toMatchObject({
      type: 'KEY',
      name: 'test',
      today: '2026-03-10',
      organization: { name: 'Prova' },
      limits: { pageSize: 100, records: 20_000 },
    })
    expect(viewer.permissions).toEqual([...viewer.permissions].sort())
    expect(viewer.permissions).toContain('deals:write')
  })

  test('that concerns the summaries of clients', async () => {
    const own = await world.organization()
    const [client] = [await own.client({ legalName: 'Ateneu' }), await own.client({ legalName: 'Bòbila' })]
    await own.invoice(client.id, '5', { currency: 'USD', dueOn: '2026-03-09', authorisedOn: '2026-03-01' })
    const { clientSummaries } = await clientOf(own).request(sdk.ClientSummariesDocument, {
      orderBy: { field: 'LEGAL_NAME', direction: 'ASC' },
      count: true,
    })
    expect(clientSummaries).toMatchObject({
      totalCount: 2,
      nodes: [
        {
          clientId: client.id,
          legalName: 'Ateneu',
          asOf: '2026-03-10',
          salesOverdueCount: 1,
          salesOverdueAmount: [{ amount: '5.00', currency: 'USD' }],
          salesOverdueAmountBase: null,
          salesOverdueAmountWithoutRate: 1,
        },
        {
          legalName: 'Bòbila',
          baseCurrency: 'EUR',
          salesOverdueCount: 0,
          salesOverdueAmount: [],
          salesOverdueAmountBase: '0.00',
          salesOverdueAmountWithoutRate: 0,
        },
      ],
    })
  })

  test('that concerns the merging of clients', async () => {
    const own = await world.organization()
    const their = clientOf(own)
    const [stays, goes] = [
      await own.client({ legalName: 'Sastreria' }),
      await own.client({ legalName: 'Sastreria SL', phone: '93 1' }),
    ]
    const likely = { score: 60, reasons: ['NAME'], other: { id: goes.id, legalName: 'Sastreria SL' } }
    expect((await their.request(sdk.ClientDuplicatesDocument)).clientDuplicates).toMatchObject([
      { ...likely, client: { id: stays.id } },
    ])
    expect(
      (await their.request(sdk.LikelyDuplicatesDocument, { id: stays.id })).client?.likelyDuplicates,
    ).toMatchObject([likely])
    const [one, two] = [await own.client({ legalName: 'Roca' }), await own.client({ legalName: 'Roca SA' })]
    await their.mutate(sdk.DismissDuplicateDocument, { input: { clientId: one.id, otherId: two.id } })
    expect((await their.request(sdk.ClientDuplicatesDocument)).clientDuplicates).toHaveLength(1)
    const { clientMergePreview } = await their.request(sdk.ClientMergePreviewDocument, {
      winnerId: stays.id,
      loserId: goes.id,
    })
    expect(clientMergePreview).toMatchObject({
      winner: { id: stays.id },
      loser: { id: goes.id },
      moves: [],
      conflicts: [],
      fields: expect.arrayContaining([{ field: 'PHONE', winner: null, loser: '93 1', takes: 'LOSER' }]),
    })
    const { client } = await their.mutate(sdk.MergeClientsDocument, {
      input: {
        winnerId: stays.id,
        winnerVersion: 1,
        loserId: goes.id,
        loserVersion: 1,
        take: [{ field: 'LEGAL_NAME', from: 'LOSER' }],
      },
    })
    expect(client).toMatchObject({ id: stays.id, legalName: 'Sastreria SL', phone: '93 1' })
    expect((await their.request(sdk.ClientDocument, { id: goes.id })).client).toMatchObject(client)
    const {
      clientMerges: {
        nodes: [merge],
      },
    } = await their.request(sdk.ClientMergesDocument, { count: true })
    expect((await their.request(sdk.ClientMergeDocument, { id: merge?.id ?? '' })).clientMerge).toEqual(merge)
    expect(merge).toMatchObject({
      loserId: goes.id,
      mergedIntoId: stays.id,
      legalName: 'Sastreria SL',
      mergedOn: '2026-03-10',
    })
    expect(
      (
        await their.mutate(sdk.UnmergeClientsDocument, {
          input: { mergeId: merge?.id ?? '', version: merge?.version ?? 0 },
        })
      ).client,
    ).toMatchObject({ id: goes.id, legalName: 'Sastreria SL' })
  })

  test('that concerns projects, time and tasks', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Bòbila', address } })
    let { user } = await api.mutate(sdk.CreateUserDocument, { input: { name: 'Pol', email: 'pol@example.com' } })
    let { project } = await api.mutate(sdk.CreateProjectDocument, {
      input: { clientId: client.id, name: 'Web', openedOn: '2026-01-01' },
    })
    const at = <R extends { id: string; version: number }>({ id, version }: R) => ({ id, version })
    project = (await api.mutate(sdk.UpdateProjectDocument, { input: { ...at(project), code: 'WEB' } })).project
    project = (await api.mutate(sdk.ActivateProjectDocument, { input: at(project) })).project
    let { timeEntry } = await api.mutate(sdk.CreateTimeEntryDocument, {
      input: { projectId: project.id, userId: user.id, minutes: 90, date: '2026-02-01' },
    })
    timeEntry = (await api.mutate(sdk.UpdateTimeEntryDocument, { input: { ...at(timeEntry), minutes: 100 } })).timeEntry
    expect((await api.request(sdk.TimeEntryDocument, { id: timeEntry.id })).timeEntry).toEqual(timeEntry)
    expect((await api.request(sdk.TimeEntriesDocument)).timeEntries.nodes).toEqual([timeEntry])

    let { task } = await api.mutate(sdk.CreateTaskDocument, {
      input: { clientId: client.id, projectId: project.id, title: 'Maqueta', dueOn: '2026-03-01' },
    })
    task = (await api.mutate(sdk.UpdateTaskDocument, { input: { ...at(task), assigneeId: user.id } })).task
    task = (await api.mutate(sdk.StartTaskDocument, { input: at(task) })).task
    task = (await api.mutate(sdk.CompleteTaskDocument, { input: at(task) })).task
    task = (await api.mutate(sdk.ReopenTaskDocument, { input: at(task) })).task
    expect((await api.request(sdk.TaskDocument, { id: task.id })).task).toEqual(task)
    expect((await api.request(sdk.TasksDocument, { bucket: 'OVERDUE' })).tasks.nodes).toEqual([task])
    const { client: found } = await api.request(sdk.ClientWithOverviewDocument, { id: client.id })
    expect(found?.overview).toMatchObject({
      asOf: '2026-03-10',
      projects: { count: 1, totalHours: '1.67' },
      tasks: { overdue: { count: 1 } },
    })
    task = (await api.mutate(sdk.DiscardTaskDocument, { input: at(task) })).task
    await api.mutate(sdk.DeleteTaskDocument, { input: at(task) })
    await api.mutate(sdk.DeleteTimeEntryDocument, { input: at(timeEntry) })

    project = (await api.mutate(sdk.WindUpProjectDocument, { input: at(project) })).project
    project = (await api.mutate(sdk.CloseProjectDocument, { input: at(project) })).project
    project = (await api.mutate(sdk.ArchiveProjectDocument, { input: at(project) })).project
    project = (await api.mutate(sdk.UnarchiveProjectDocument, { input: at(project) })).project
    expect((await api.request(sdk.ProjectDocument, { id: project.id })).project).toEqual(project)
    expect((await api.request(sdk.ProjectsDocument)).projects.nodes).toEqual([project])
    const { project: another } = await api.mutate(sdk.CreateProjectDocument, {
      input: { clientId: client.id, name: 'App' },
    })
    await api.mutate(sdk.DeleteProjectDocument, { input: at(another) })

    user = (await api.mutate(sdk.UpdateUserDocument, { input: { ...at(user), name: 'Pol Vila' } })).user
    user = (await api.mutate(sdk.ArchiveUserDocument, { input: at(user) })).user
    user = (await api.mutate(sdk.UnarchiveUserDocument, { input: at(user) })).user
    expect((await api.request(sdk.UserDocument, { id: user.id })).user).toEqual(user)
    expect((await api.request(sdk.UsersDocument)).users.nodes).toEqual([user])
  })

  test('that concerns purchase orders', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Cal Ros', address } })
    const open = async (number: string) => {
      const { purchaseOrder } = await api.mutate(sdk.CreatePurchaseOrderDocument, {
        input: { clientId: client.id, number },
      })
      const {
        purchaseOrder: { id, version },
      } = await api.mutate(sdk.UpdatePurchaseOrderDocument, {
        input: { id: purchaseOrder.id, version: purchaseOrder.version, lines },
      })
      return (await api.mutate(sdk.OpenPurchaseOrderDocument, { input: { id, version, orderedOn: '2026-02-01' } }))
        .purchaseOrder
    }
    let order = await open('1')
    const at = () => ({ id: order.id, version: order.version })
    order = (
      await api.mutate(sdk.PartiallyReceivePurchaseOrderDocument, { input: { ...at(), receivedOn: '2026-02-02' } })
    ).purchaseOrder
    order = (await api.mutate(sdk.ReceivePurchaseOrderDocument, { input: { ...at(), receivedOn: '2026-02-03' } }))
      .purchaseOrder
    order = (await api.mutate(sdk.ClosePurchaseOrderDocument, { input: at() })).purchaseOrder
    const { purchaseOrder } = await api.request(sdk.PurchaseOrderDocument, { id: order.id })
    expect(purchaseOrder).toMatchObject({
      ...order,
      total: { amount: '121.00', currency: 'EUR' },
      lines: [{ description: 'Feina', net: { amount: '100.00' } }],
      taxes: [{ rate: '21' }],
    })
    order = await open('2')
    order = (await api.mutate(sdk.CancelPurchaseOrderDocument, { input: at() })).purchaseOrder
    const { purchaseOrder: draft } = await api.mutate(sdk.CreatePurchaseOrderDocument, {
      input: { clientId: client.id, number: '3' },
    })
    await api.mutate(sdk.DeletePurchaseOrderDocument, { input: { id: draft.id, version: draft.version } })
    expect(
      (await api.request(sdk.PurchaseOrdersDocument, { bucket: 'TOTAL', asOf: '2026-02-28', count: true }))
        .purchaseOrders,
    ).toMatchObject({ totalCount: 2 })
  })

  test('that concerns deals and quotes', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Estudi Nord', address } })
    const at = <R extends { id: string; version: number }>({ id, version }: R) => ({ id, version })
    let { dealStage } = await api.mutate(sdk.CreateDealStageDocument, {
      input: { name: 'Demostració', category: 'OPEN' },
    })
    dealStage = (await api.mutate(sdk.UpdateDealStageDocument, { input: { ...at(dealStage), name: 'Demo' } })).dealStage
    const {
      dealStages: { nodes: stages },
    } = await api.request(sdk.DealStagesDocument, { count: true })
    const { dealStages: reordered } = await api.mutate(sdk.ReorderDealStagesDocument, {
      input: { stageIds: [dealStage.id, ...stages.map(({ id }) => id).filter(id => id !== dealStage.id)] },
    })
    expect(reordered.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect((await api.request(sdk.DealStageDocument, { id: dealStage.id })).dealStage).toMatchObject({
      name: 'Demo',
      position: 1,
    })

    let { deal } = await api.mutate(sdk.CreateDealDocument, {
      input: { clientId: client.id, title: 'Web nova', value: '1200' },
    })
    expect(deal).toMatchObject({
      stageId: dealStage.id,
      category: 'OPEN',
      probability: 50,
      value: { amount: '1200.00', currency: 'EUR' },
    })
    deal = (await api.mutate(sdk.UpdateDealDocument, { input: { ...at(deal), probability: 75 } })).deal
    deal = (await api.mutate(sdk.MoveDealDocument, { input: { ...at(deal), stageId: stages[1]?.id ?? '' } })).deal
    expect((await api.request(sdk.ClientDealsTabDocument, { id: client.id })).client).toMatchObject({
      overview: { deals: { open: { count: 1 }, weightedValue: { base: { amount: '900.00' } } } },
      deals: { totalCount: 1, nodes: [deal] },
    })
    const { dealBoard } = await api.request(sdk.DealBoardDocument, { filter: { clientId: { eq: client.id } } })
    expect(dealBoard.filter(({ count }) => count > 0)).toMatchObject([
      {
        stage: { id: stages[1]?.id },
        value: { amounts: [{ amount: '1200.00' }] },
        weightedValue: { base: { amount: '900.00' } },
        deals: { nodes: [deal] },
      },
    ])
    expect(
      (await api.request(sdk.DealsDocument, { filter: { category: { eq: 'OPEN' } }, count: true })).deals,
    ).toMatchObject({ totalCount: 1, nodes: [deal] })
    await api.mutate(sdk.RemoveDealStageDocument, { input: { id: dealStage.id, version: reordered[0]?.version ?? 0 } })

    const write = async () =>
      (await api.mutate(sdk.CreateQuoteDocument, { input: { clientId: client.id, dealId: deal.id, lines } })).quote
    let quote = await write()
    quote = (await api.mutate(sdk.UpdateQuoteDocument, { input: { ...at(quote), validUntil: '2026-03-31' } })).quote
    quote = (await api.mutate(sdk.SendQuoteDocument, { input: at(quote) })).quote
    quote = (await api.mutate(sdk.ReturnQuoteToDraftDocument, { input: at(quote) })).quote
    quote = (await api.mutate(sdk.SendQuoteDocument, { input: at(quote) })).quote
    quote = (await api.mutate(sdk.AcceptQuoteDocument, { input: at(quote) })).quote
    const { quote: invoiced } = await api.mutate(sdk.InvoiceQuoteDocument, { input: at(quote) })
    expect(invoiced).toMatchObject({
      state: 'INVOICED',
      number: 'Q2026/0001',
      invoice: { state: 'DRAFT', payable: { amount: '121.00' } },
    })
    const other = await api.mutate(sdk.SendQuoteDocument, { input: at(await write()) })
    await api.mutate(sdk.DeclineQuoteDocument, { input: at(other.quote) })
    await api.mutate(sdk.DeleteQuoteDocument, { input: at(await write()) })
    expect((await api.request(sdk.QuoteDocument, { id: quote.id })).quote).toMatchObject({
      state: 'INVOICED',
      deal: { id: deal.id },
      lines: [{ description: 'Feina' }],
      taxes: [{ rate: '21' }],
    })
    expect(
      (await api.request(sdk.QuotesDocument, { filter: { state: { eq: 'DECLINED' } }, count: true })).quotes,
    ).toMatchObject({ totalCount: 1, nodes: [{ number: 'Q2026/0002' }] })
    expect((await api.request(sdk.DealDocument, { id: deal.id })).deal?.quotes.nodes).toHaveLength(2)
    const { deal: idle } = await api.mutate(sdk.CreateDealDocument, {
      input: { clientId: client.id, title: 'App', value: '0' },
    })
    await api.mutate(sdk.DeleteDealDocument, { input: at(idle) })
  })

  test('that concerns invoices, payments, credit notes and refunds', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Dissenys Pi', address } })
    const at = <R extends { id: string; version: number }>({ id, version }: R) => ({ id, version })
    const authorised = async (given: object = {}) => {
      let { invoice } = await api.mutate(sdk.CreateInvoiceDocument, { input: { clientId: client.id, ...given } })
      invoice = (await api.mutate(sdk.UpdateInvoiceDocument, { input: { ...at(invoice), lines } })).invoice
      invoice = (await api.mutate(sdk.SubmitInvoiceDocument, { input: at(invoice) })).invoice
      invoice = (await api.mutate(sdk.ReturnInvoiceToDraftDocument, { input: at(invoice) })).invoice
      invoice = (await api.mutate(sdk.SubmitInvoiceDocument, { input: at(invoice) })).invoice
      return (await api.mutate(sdk.AuthoriseInvoiceDocument, { input: { ...at(invoice), authorisedOn: '2026-02-01' } }))
        .invoice
    }
    const invoice = await authorised()
    let { payment } = await api.mutate(sdk.RecordPaymentDocument, {
      input: { clientId: client.id, amount: '200', paidOn: '2026-02-02' },
    })
    let { allocation } = await api.mutate(sdk.AllocateDocument, {
      input: { invoiceId: invoice.id, paymentId: payment.id, allocatedOn: '2026-02-03' },
    })
    expect((await api.request(sdk.InvoiceDocument, { id: invoice.id })).invoice).toMatchObject({
      number: 'F2026/0001',
      payable: { amount: '121.00' },
      amountDue: { amount: '0.00' },
      billedParty: { legalName: 'Dissenys Pi' },
      allocations: { nodes: [allocation] },
      creditNotes: { nodes: [] },
    })
    expect((await api.request(sdk.AllocationDocument, { id: allocation.id })).allocation).toEqual(allocation)
    expect((await api.request(sdk.AllocationsDocument)).allocations.nodes).toEqual([allocation])
    allocation = (await api.mutate(sdk.DeallocateDocument, { input: at(allocation) })).allocation
    let { refund } = await api.mutate(sdk.RecordRefundDocument, { input: { paymentId: payment.id, amount: '50' } })
    expect((await api.request(sdk.PaymentDocument, { id: payment.id })).payment).toMatchObject({
      unappliedAmount: { amount: '150.00' },
      allocations: { nodes: [allocation] },
      refunds: { nodes: [refund] },
    })
    refund = (await api.mutate(sdk.ReverseRefundDocument, { input: at(refund) })).refund
    expect((await api.request(sdk.RefundDocument, { id: refund.id })).refund).toEqual(refund)
    expect((await api.request(sdk.RefundsDocument)).refunds.nodes).toEqual([refund])
    payment = (await api.mutate(sdk.UpdatePaymentDocument, { input: { ...at(payment), reference: 'Transferència 7' } }))
      .payment
    payment = (await api.mutate(sdk.ReversePaymentDocument, { input: at(payment) })).payment
    expect((await api.request(sdk.PaymentsDocument)).payments.nodes).toMatchObject([
      { id: payment.id, reversedOn: '2026-03-10' },
    ])

    const note = await authorised({ type: 'CREDIT_NOTE', correctsId: invoice.id })
    await api.mutate(sdk.VoidInvoiceDocument, { input: at(note) })
    const { invoice: draft } = await api.mutate(sdk.CreateInvoiceDocument, { input: { clientId: client.id } })
    await api.mutate(sdk.DeleteInvoiceDocument, { input: at(draft) })
    expect((await api.request(sdk.InvoicesDocument, { asOf: '2026-02-28', bucket: 'PENDING' })).invoices.nodes).toEqual(
      [],
    )
    expect((await api.request(sdk.InvoicesDocument, { bucket: 'PENDING' })).invoices.nodes).toMatchObject([
      { id: invoice.id, amountDue: { amount: '121.00' } },
    ])

    const { clients } = await api.request(sdk.ClientsWithOverviewDocument, { filter: { id: { eq: client.id } } })
    expect(clients.nodes[0]?.overview.invoices).toMatchObject({
      pending: { count: 1, amount: { amounts: [{ amount: '121.00', currency: 'EUR' }], withoutRate: 0 } },
    })
    const { clients: balances } = await api.request(sdk.ClientBalancesDocument, {
      filter: { id: { eq: client.id } },
      asOf: '2026-02-01',
    })
    expect(balances.nodes[0]?.overview).toMatchObject({ asOf: '2026-02-01', invoices: { outstanding: { count: 1 } } })
  })

  test('that concerns the dashboard of the organisation and the chart of a client', async () => {
    const others = await world.organization()
    const theirs = clientOf(others)
    const { id } = await others.client({ legalName: 'Gràfics' })
    await others.invoice(id, '50', { authorisedOn: '2026-02-10', dueOn: '2026-03-01' })
    await others.task(id, { title: 'Trucar', dueOn: '2026-03-05' })
    const { organization } = await theirs.request(sdk.OrganizationDashboardDocument, { months: 2 })
    expect(organization.overview).toMatchObject({
      asOf: '2026-03-10',
      tasks: {
        overdue: { count: 1, tasks: { nodes: [{ title: 'Trucar', client: { legalName: 'Gràfics' } }] } },
        upcomingWithin: { count: 0 },
      },
      invoices: { overdue: { count: 1, invoices: { nodes: [{ amountDue: { amount: '50.00' }, client: { id } }] } } },
      purchases: { authorised: { count: 0 } },
    })
    expect(organization.overviewByMonth).toMatchObject([
      { month: '2026-02-01', invoiced: { amounts: [{ amount: '50.00' }] }, hours: '0.00' },
      { month: '2026-03-01', paid: { amounts: [] } },
    ])
    const { client } = await theirs.request(sdk.ClientMonthsDocument, { id, asOf: '2026-02-28', months: 1 })
    expect(client?.overviewByMonth).toMatchObject([
      { month: '2026-02-01', invoiced: { base: { amount: '50.00' } }, minutes: 0 },
    ])
  })

  test('that concerns the organisation, its keys and its history', async () => {
    const { organization } = await api.request(sdk.OrganizationDocument)
    expect(
      (await api.mutate(sdk.UpdateOrganizationDocument, { input: { version: organization.version, name: 'Prova 2' } }))
        .organization,
    ).toMatchObject({ name: 'Prova 2' })
    const { apiKey, secret } = await api.mutate(sdk.CreateApiKeyDocument, {
      input: { name: 'reader', scopes: ['clients:read'] },
    })
    expect(
      (await new ClientelaClient({ url: world.url, apiKey: secret }).request(sdk.OrganizationDocument)).organization
        .name,
    ).toBe('Prova 2')
    expect((await api.request(sdk.ApiKeyDocument, { id: apiKey.id })).apiKey).toMatchObject({
      name: 'reader',
      scopes: ['clients:read'],
    })
    await api.mutate(sdk.RevokeApiKeyDocument, { input: { id: apiKey.id, version: apiKey.version } })
    expect((await api.request(sdk.ApiKeysDocument, { count: true })).apiKeys.totalCount).toBe(2)
    const { activityEvents } = await api.request(sdk.ActivityEventsDocument, { first: 1 })
    const [event] = activityEvents.nodes
    expect((await api.request(sdk.ActivityEventDocument, { id: event?.id ?? '' })).activityEvent).toMatchObject({
      ...event,
    })
  })

  test('that concerns notes, calls, e-mails, meetings and the history of a client', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Forn Vell', address } })
    const { contact } = await api.mutate(sdk.CreateContactDocument, {
      input: { clientId: client.id, name: 'Laia Puig' },
    })
    let { interaction } = await api.mutate(sdk.CreateInteractionDocument, {
      input: { subjectId: client.id, kind: 'CALL', text: 'Vol el catàleg nou.', contactIds: [contact.id] },
    })
    interaction = (
      await api.mutate(sdk.UpdateInteractionDocument, {
        input: { id: interaction.id, version: interaction.version, title: 'Catàleg' },
      })
    ).interaction
    expect((await api.request(sdk.InteractionDocument, { id: interaction.id })).interaction).toMatchObject({
      ...interaction,
      subjectName: 'Forn Vell',
      contacts: [contact],
      activity: { nodes: [{ kind: 'CALL_CHANGED' }, { kind: 'CALL_LOGGED' }] },
    })
    expect((await api.request(sdk.InteractionsDocument, { count: true })).interactions).toMatchObject({
      totalCount: 1,
      nodes: [interaction],
    })
    expect((await api.request(sdk.ClientInteractionsDocument, { id: client.id })).client?.interactions.nodes).toEqual([
      { ...interaction, contacts: [contact] },
    ])
    await api.mutate(sdk.DeleteInteractionDocument, { input: { id: interaction.id, version: interaction.version } })
    const { client: told } = await api.request(sdk.ClientHistoryDocument, {
      id: client.id,
      first: 2,
      filter: { actorType: { eq: 'KEY' } },
      count: true,
    })
    expect(told?.activity).toMatchObject({
      totalCount: 5,
      nodes: [
        { summary: 'Call about client Forn Vell deleted' },
        {
          summary: 'Call about client Forn Vell changed: title',
          changes: [{ field: 'title', before: null, after: 'Catàleg' }],
        },
      ],
    })
    const { activityEvents } = await api.request(sdk.RecordHistoryDocument, { id: contact.id })
    expect(activityEvents.nodes).toMatchObject([
      {
        summary: 'Contact Laia Puig created',
        changes: [
          { field: 'clientId', label: 'client', after: 'Forn Vell' },
          { field: 'name', after: 'Laia Puig' },
          { field: 'primary', after: 'yes' },
        ],
      },
    ])
  })

  test('that concerns files', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Arxiu', address } })
    const { files } = await api.mutate(sdk.UploadFilesDocument, {
      input: { subjectId: client.id, files: [new File(['%PDF-1.7'], 'Oferta.pdf'), new Blob(['hola'])] },
    })
    expect(files).toMatchObject([
      { name: 'Oferta.pdf', contentType: 'application/pdf', size: 8, subjectName: 'Arxiu' },
      { name: 'blob', contentType: 'text/plain', size: 4 },
    ])
    const [offer, blob] = files
    const { file } = await api.mutate(sdk.RenameFileDocument, {
      input: { id: blob?.id ?? '', version: 1, name: 'hola.txt' },
    })
    expect(
      (await api.request(sdk.FilesDocument, { filter: { id: { eq: file.id } }, count: true })).files,
    ).toMatchObject({ totalCount: 1, nodes: [file] })
    expect(
      (await api.request(sdk.ClientFilesDocument, { id: client.id, orderBy: { field: 'NAME', direction: 'DESC' } }))
        .client?.files,
    ).toMatchObject({ totalCount: 2, nodes: [offer, file] })
    const { file: read } = await api.request(sdk.FileDocument, { id: file.id, inline: true })
    expect(read).toMatchObject({
      ...file,
      activity: {
        nodes: [{ kind: 'FILE_RENAMED' }, { kind: 'FILE_UPLOADED', summary: 'File about client Arxiu uploaded: blob' }],
      },
    })
    expect(await (await fetch(new URL(read?.downloadUrl ?? '', world.url))).text()).toBe('hola')
    await api.mutate(sdk.DeleteFileDocument, { input: { id: file.id, version: file.version } })
    const refused = await thrownBy(
      api.mutate(sdk.UploadFilesDocument, {
        input: { subjectId: client.id, files: [new Blob([Buffer.alloc(1_000_001)])] },
      }),
    )
    expect(refused).toMatchObject({ code: 'FILE_TOO_LARGE' })
  })

  test('that concerns erasure', async () => {
    const { client } = await api.mutate(sdk.CreateClientDocument, { input: { legalName: 'Laia Puig', address } })
    expect((await api.request(sdk.ErasurePreviewDocument, { personId: client.id })).erasurePreview).toMatchObject({
      recordType: 'Client',
      version: client.version,
      erases: [{ kind: 'Client', count: 1 }, { kind: 'ActivityEvent' }],
      keeps: [],
      open: [],
    })
    const { erasure } = await api.mutate(sdk.ErasePersonDocument, {
      input: { personId: client.id, version: client.version, reason: 'R-1' },
    })
    expect(erasure).toMatchObject({ recordType: 'Client', recordId: client.id, reason: 'R-1', kept: [] })
    expect((await api.request(sdk.ErasureDocument, { id: erasure.id })).erasure).toEqual(erasure)
    expect(
      (await api.request(sdk.ErasuresDocument, { filter: { recordId: { eq: client.id } }, count: true })).erasures,
    ).toMatchObject({ totalCount: 1, nodes: [erasure] })
    expect((await api.request(sdk.ClientDocument, { id: client.id })).client?.legalName).toMatch(/^\(erased\)/)
  })

  test('that concerns imports', async () => {
    const settled = async (id: string) => {
      for (;;) {
        const { importPlan } = await api.request(sdk.ImportPlanDocument, { id })
        if (importPlan && importPlan.state !== 'PLANNING') return importPlan
        await sleep(20)
      }
    }
    const upload = async (text: string) =>
      (await api.mutate(sdk.CreateImportDocument, { input: { kind: 'CLIENT', file: new File([text], 'clients.csv') } }))
        .importPlan
    let plan = await upload('Nom;Carrer;Ciutat\nForn Nou;C/ Nou 1;Terrassa\nForn Xic;;\n')
    expect(plan).toMatchObject({
      state: 'RECOGNISED',
      fileName: 'clients.csv',
      columns: [{ field: 'legalName' }, { field: 'addressLine1', samples: ['C/ Nou 1', ''] }, { field: 'city' }],
    })
    expect(
      (await api.request(sdk.ImportFieldsDocument, { kind: 'CLIENT' })).importFields
        .filter(({ required }) => required)
        .map(({ name }) => name),
    ).toEqual(['legalName', 'addressLine1', 'city'])
    const { importMapping } = await api.mutate(sdk.KeepImportMappingDocument, {
      input: { importId: plan.id, name: 'El forn' },
    })
    await api.mutate(sdk.PlanImportDocument, {
      input: { id: plan.id, version: plan.version, mappingId: importMapping.id },
    })
    plan = await settled(plan.id)
    expect(plan.totals).toEqual({ create: 1, update: 0, skip: 0, error: 1, warning: 0 })
    const { importPlan: rows } = await api.request(sdk.ImportRowsDocument, {
      id: plan.id,
      filter: { action: { eq: 'ERROR' } },
      count: true,
    })
    expect(rows?.rows).toMatchObject({
      totalCount: 1,
      nodes: [{ number: 3, title: 'Forn Xic', issues: [{ code: 'ADDRESS_REQUIRED' }] }],
    })
    plan = (
      await api.mutate(sdk.CommitImportDocument, { input: { id: plan.id, version: plan.version, skipErrors: true } })
    ).importPlan
    plan = (await api.mutate(sdk.UndoImportDocument, { input: { id: plan.id, version: plan.version } })).importPlan
    expect((await api.request(sdk.ImportPlansDocument, { count: true })).importPlans).toMatchObject({
      totalCount: 1,
      nodes: [{ id: plan.id, state: 'UNDONE' }],
    })
    expect((await api.request(sdk.ImportMappingsDocument, { count: true })).importMappings).toMatchObject({
      totalCount: 1,
      nodes: [importMapping],
    })
    await api.mutate(sdk.DeleteImportMappingDocument, {
      input: { id: importMapping.id, version: importMapping.version },
    })
    const other = await upload('Nom\nForn\n')
    expect(
      await thrownBy(api.mutate(sdk.CancelImportDocument, { input: { id: other.id, version: other.version } })),
    ).toMatchObject({ code: 'IMPORT_STATE' })
    await api.mutate(sdk.DeleteImportDocument, { input: { id: other.id, version: other.version } })
  })

  test('that shows a page shows all of it, and its lists what its figures count', async () => {
    const others = await world.organization()
    const {
      byType: {
        Client: id = '',
        Project: project = '',
        PurchaseOrder: order = '',
        Invoice: invoice = '',
        User: owner = '',
      },
      purchase,
    } = await furnish(others, 'page')
    const page = clientOf(others)
    const { client } = await page.request(sdk.ClientPageDocument, { id, first: 2 })
    const header = { id, owner: { id: owner }, primaryContact: { nodes: [{ name: expect.stringContaining('page') }] } }
    expect(client).toMatchObject({
      ...header,
      recentActivity: { nodes: [{ clientId: id }, { clientId: id }], pageInfo: { hasNextPage: true } },
    })
    expect([client?.openTasks.totalCount, client?.overdueInvoices.totalCount]).toEqual([
      client?.overview.tasks.open.count,
      client?.overview.invoices.overdue.count,
    ])
    expect(client?.overdueInvoices.nodes.map(({ kind, amountDue }) => [kind, amountDue !== null])).toEqual([
      ['SALE', true],
      ['SALE', true],
    ])
    expect(client?.openTasks.nodes[0]).toMatchObject({
      dueOn: '2026-03-01',
      assignee: { id: owner },
      project: { id: project },
    })

    const { clients } = await page.request(sdk.ClientListPageDocument, { filter: { id: { eq: id } } })
    const { overview, ...row } = clients.nodes[0] ?? {}
    expect([clients.totalCount, row, overview?.tasks]).toEqual([
      1,
      expect.objectContaining({ id, owner: client?.owner, legalName: client?.legalName }),
      client?.overview.tasks,
    ])
    expect(overview?.invoices.overdue).toEqual(client?.overview.invoices.overdue)

    expect((await page.request(sdk.ClientContactsTabDocument, { id })).client).toMatchObject({
      ...header,
      contacts: { totalCount: 1, nodes: client?.primaryContact.nodes },
    })
    const { client: projects } = await page.request(sdk.ClientProjectsTabDocument, { id })
    expect(projects).toMatchObject({
      ...header,
      overview: { projects: client?.overview.projects },
      projects: {
        totalCount: 1,
        nodes: [{ id: project, openTasks: { totalCount: 1 }, timeEntries: { totalCount: 2 } }],
      },
    })
    expect(
      (await page.request(sdk.ClientTimeTabDocument, { id, filter: { minutes: { gt: 30 } } })).client,
    ).toMatchObject({
      ...header,
      timeEntries: { totalCount: 1, nodes: [{ minutes: 90, user: { id: owner }, project: { id: project } }] },
    })
    const { client: board } = await page.request(sdk.ClientTasksBoardDocument, {
      id,
      filter: { assigneeId: { eq: owner } },
    })
    expect(board).toMatchObject({
      ...header,
      overview: { tasks: client?.overview.tasks },
      todo: { totalCount: 1 },
      inProgress: { totalCount: 0 },
      done: { totalCount: 0 },
      discarded: { totalCount: 0 },
    })
    for (const direction of ['FROM_CLIENT', 'TO_CLIENT'] as const) {
      const { client: orders } = await page.request(sdk.ClientOrdersTabDocument, { id, direction, bucket: 'TOTAL' })
      expect(orders).toMatchObject({
        ...header,
        purchaseOrders: {
          totalCount: orders?.overview.purchaseOrders.total.count,
          nodes: [{ direction, clientId: id }],
        },
      })
    }
    const counted = [
      ['OVERDUE', 'overdue'],
      ['PENDING', 'pending'],
      ['PAID', 'paid'],
      ['DRAFT', 'draft'],
      ['VOIDED', 'voided'],
    ] as const
    for (const [bucket, name] of counted) {
      const { client: invoices } = await page.request(sdk.ClientInvoicesTabDocument, { id, bucket })
      expect([bucket, invoices?.invoices.totalCount, invoices?.invoices.nodes.length]).toEqual([
        bucket,
        ...Array<unknown>(2).fill(invoices?.overview.invoices[name]?.count),
      ])
    }
    expect(
      (
        await page.request(sdk.ClientInvoicesTabDocument, {
          id,
          kind: 'PURCHASE',
          filter: { state: { eq: 'AUTHORISED' } },
        })
      ).client,
    ).toMatchObject({ invoices: { totalCount: 1, nodes: [{ id: purchase }] } })
    const { client: payments } = await page.request(sdk.ClientPaymentsTabDocument, {
      id,
      first: 1,
      orderBy: { field: 'PAID_ON' },
    })
    expect(payments).toMatchObject({
      ...header,
      payments: {
        totalCount: 2,
        nodes: [
          {
            paidOn: '2026-03-02',
            allocations: { nodes: [{ invoice: { id: invoice } }] },
            refunds: { nodes: [{ refundedOn: '2026-03-10' }] },
          },
        ],
      },
    })
    const { client: history } = await page.request(sdk.ClientActivityTabDocument, {
      id,
      filter: { subjectId: { eq: invoice } },
      count: true,
    })
    expect([history?.activity.totalCount, new Set(history?.activity.nodes.map(({ subjectId }) => subjectId))]).toEqual([
      history?.activity.nodes.length,
      new Set([invoice]),
    ])

    expect((await page.request(sdk.ProjectPageDocument, { id: project })).project).toMatchObject({
      client: { id },
      tasks: { totalCount: 1 },
      timeEntries: {
        nodes: expect.arrayContaining([
          expect.objectContaining({ minutes: 90, invoice: { id: invoice, number: expect.any(String) } }),
        ]),
      },
    })
    expect((await page.request(sdk.PurchaseOrderPageDocument, { id: order })).purchaseOrder).toMatchObject({
      client: { id },
      lines: [{ quantity: '2' }],
      taxes: [{ rate: '21' }],
    })
    expect((await page.request(sdk.InvoicePageDocument, { id: invoice })).invoice).toMatchObject({
      client: { id },
      lines: [{ quantity: '2' }],
      timeEntries: [{ minutes: 90, user: { id: owner } }],
      allocations: { nodes: [{ payment: { paidOn: '2026-03-02' } }] },
      creditNotes: { nodes: [{ correctsId: invoice }, { correctsId: invoice }] },
    })
    expect(await page.request(sdk.SettingsPageDocument)).toMatchObject({
      organization: { id: others.organizationId },
      users: { totalCount: 2 },
      apiKeys: { totalCount: 2 },
    })
  })

  test('that offers a choice offers what begins as was typed, and nothing archived', async () => {
    const others = await world.organization()
    for (const legalName of ['Alba', 'Àlber', 'Bosc']) await others.client({ legalName })
    const gone = await others.client({ legalName: 'Albada' })
    await others.do('archiveClient', gone)
    const choice = clientOf(others)
    const { clients } = await choice.request(sdk.ClientPickerDocument, { filter: { legalName: { startsWith: 'alb' } } })
    expect(clients.nodes.map(({ legalName }) => legalName)).toEqual(['Alba', 'Àlber'])
    const clientId = clients.nodes[0]?.id ?? ''
    await others.project(clientId, { name: 'Web' })
    await others.do('createContact', { clientId, name: 'Marta' })
    await others.user({ name: 'Pol' })
    expect(
      (await choice.request(sdk.ProjectPickerDocument, { clientId, filter: { name: { startsWith: 'w' } } })).client
        ?.projects.nodes,
    ).toMatchObject([{ name: 'Web', state: 'DRAFT' }])
    expect((await choice.request(sdk.ContactPickerDocument, { clientId })).client?.contacts.nodes).toMatchObject([
      { name: 'Marta' },
    ])
    expect(
      (await choice.request(sdk.UserPickerDocument, { filter: { name: { startsWith: 'x' } } })).users.nodes,
    ).toEqual([])
    expect((await choice.request(sdk.UserPickerDocument)).users.nodes).toMatchObject([{ name: 'Pol' }])
  })

  test('that concerns exchange rates keeps them, lists what lacks one, and gives it one', async () => {
    const others = await world.organization()
    const rates = clientOf(others)
    const made = (
      await rates.request(sdk.CreateExchangeRateDocument, {
        input: { currency: 'USD', day: '2026-03-01', rate: '0.9' },
      })
    ).createExchangeRate.exchangeRate
    const changed = (
      await rates.request(sdk.UpdateExchangeRateDocument, { input: { id: made?.id ?? '', version: 1, rate: '0.91' } })
    ).updateExchangeRate
    expect(changed).toMatchObject({ userErrors: [], exchangeRate: { version: 2, rate: '0.91' } })
    expect(
      (
        await rates.request(sdk.SaveExchangeRatesDocument, {
          input: {
            rates: [
              { currency: 'USD', day: '2026-03-01', rate: '0.92' },
              { currency: 'USD', day: '2026-03-02', rate: '0.93' },
            ],
          },
        })
      ).saveExchangeRates,
    ).toMatchObject({ created: 1, changed: 1, unchanged: 0 })
    expect((await rates.request(sdk.ExchangeRateDocument, { id: made?.id ?? '' })).exchangeRate).toMatchObject({
      version: 3,
      rate: '0.92',
    })
    expect(
      (
        await rates.request(sdk.ExchangeRatesDocument, {
          filter: { currency: { eq: 'USD' } },
          orderBy: { field: 'DAY' },
        })
      ).exchangeRates,
    ).toMatchObject({ totalCount: 2, nodes: [{ day: '2026-03-01' }, { day: '2026-03-02' }] })
    expect(
      (await rates.request(sdk.DeleteExchangeRateDocument, { input: { id: made?.id ?? '', version: 3 } }))
        .deleteExchangeRate.userErrors,
    ).toEqual([])
    const client = await others.client()
    const deal = await others.deal(client.id, { value: '10', currency: 'GBP' })
    await others.deal(client.id, { value: '20', currency: 'JPY' })
    expect(await rates.request(sdk.DocumentsWithoutRateDocument)).toMatchObject({
      invoices: { totalCount: 0 },
      payments: { totalCount: 0 },
      purchaseOrders: { totalCount: 0 },
      quotes: { totalCount: 0 },
      deals: { totalCount: 2, nodes: [{ client: { id: client.id } }, {}] },
    })
    expect(
      (await rates.request(sdk.SetRateDocument, { input: { id: deal.id, version: deal.version, rate: '1.2' } }))
        .setRate,
    ).toMatchObject({ document: { id: deal.id }, userErrors: [] })
    expect((await rates.request(sdk.FillRatesDocument, { input: {} })).fillRates).toMatchObject({
      filled: 0,
      withoutRate: 1,
      more: false,
    })
  })

  test('was sent by these tests', () => {
    expect(
      documents.flatMap(([, document]) => operationOf(document)?.name?.value ?? []).filter(name => !sent.has(name)),
    ).toEqual([])
  })
})

describe('pages', () => {
  test('walk a list to its end, in its order, however long a page is', async () => {
    const others = await world.organization()
    const names = ['Alba', 'Bosc', 'Cim', 'Dic', 'Erm', 'Font', 'Golf']
    for (const legalName of names) await others.client({ legalName })
    for (const first of [1, 3, 7, 100]) {
      const sizes: number[] = []
      const found: string[] = []
      for await (const { nodes } of clientOf(others).pages(
        sdk.ClientsDocument,
        { first, orderBy: { field: 'LEGAL_NAME', direction: 'DESC' } },
        data => data.clients,
      )) {
        sizes.push(nodes.length)
        found.push(...nodes.map(({ legalName }) => legalName))
      }
      expect(found).toEqual(names.toReversed())
      expect(sizes).toHaveLength(Math.ceil(7 / first))
    }
  })

  test('end at once where there is nothing, or no such list', async () => {
    const others = clientOf(await world.organization())
    const walked = async (pages: AsyncIterable<{ nodes: readonly unknown[] }>) => {
      const sizes: number[] = []
      for await (const { nodes } of pages) sizes.push(nodes.length)
      return sizes
    }
    expect(await walked(others.pages(sdk.InvoicesDocument, {}, data => data.invoices))).toEqual([0])
    expect(await walked(others.pages(sdk.ClientsDocument, {}, () => null))).toEqual([])
  })
})

describe('errors', () => {
  const unknown = 'cli_00000000000000000000000000'

  test('of the API carry its code, its extensions and the status', async () => {
    expect(await thrownBy(api.request(sdk.ClientDocument, { id: unknown }))).toMatchObject({
      name: 'ClientelaError',
      code: 'NOT_FOUND',
      status: 200,
      message: expect.stringContaining(unknown),
    })
    expect(await thrownBy(api.request(sdk.ClientsDocument, { first: 101 }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      errors: [{ path: ['clients'] }],
    })
    const stranger = new ClientelaClient({ url: world.url, apiKey: 'nobody' })
    expect(await thrownBy(stranger.request(sdk.OrganizationDocument))).toMatchObject({
      code: 'UNAUTHENTICATED',
      status: 401,
    })
    const reader = clientOf(await world.key(us.organizationId, ['clients:read']))
    const forbidden = await thrownBy(reader.request(sdk.InvoicesDocument))
    expect(forbidden).toMatchObject({ code: 'FORBIDDEN', extensions: { missing: ['invoices:read'] } })
    const { id } = await us.client()
    const conflict = await thrownBy(api.mutate(sdk.UpdateClientDocument, { input: { id, version: 7, tradeName: 'X' } }))
    expect(conflict).toMatchObject({ code: 'CONFLICT', extensions: { version: 1, yours: 7 } })
  })

  test('of a refused change are thrown by mutate and returned by request', async () => {
    const input = { legalName: 'Error', address, taxId: '12345678A' }
    const refused = await thrownBy(api.mutate(sdk.CreateClientDocument, { input }))
    expect(refused).toMatchObject({
      code: 'TAX_ID_CHECK_CHARACTER',
      errors: [],
      refusals: [{ code: 'TAX_ID_CHECK_CHARACTER', field: 'taxId' }],
    })
    expect(refused.message).toBe(refused.refusals[0]?.message)
    const { createClient } = await api.request(sdk.CreateClientDocument, { input })
    expect(createClient).toMatchObject({ client: null, userErrors: refused.refusals })
  })

  describe('of what is no API', () => {
    let server: Server
    let answer: { status: number; body: string | null }
    const other = () =>
      new ClientelaClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, apiKey: 'k' }) // it listens on a port
    beforeAll(done => {
      server = createServer((_request, response) => {
        if (answer.body === null) return // it never comes
        // 299 stands for a connection that breaks before the answer is whole.
        response
          .writeHead(answer.status, { 'content-length': answer.body.length + (answer.status === 299 ? 10 : 0) })
          .write(answer.body)
        if (answer.status === 299) setImmediate(() => response.destroy())
        else response.end()
      }).listen(0, '127.0.0.1', done)
    })
    afterAll(() => {
      server.closeAllConnections()
      server.close()
    })

    test.each([
      ['INVALID_ANSWER', 502, '<html>Bad gateway</html>'],
      ['INVALID_ANSWER', 200, ''],
      ['INVALID_ANSWER', 200, '[1]'],
      ['INVALID_ANSWER', 200, '{"status":"ok"}'],
      ['INVALID_ANSWER', 200, '{"data":null}'],
      ['NETWORK_ERROR', 299, '{"data":'],
    ])('%s is the code of an answer %s with the text %j', async (code, status, body) => {
      answer = { status, body }
      const error = await thrownBy(other().request(sdk.OrganizationDocument))
      expect(error).toMatchObject({ code, status })
      expect(error.message).toContain('http://127.0.0.1')
    })

    test('a server that is not there is told with its address', async () => {
      const nowhere = new ClientelaClient({ url: 'http://127.0.0.1:9/graphql', apiKey: 'k' })
      expect(await thrownBy(nowhere.request(sdk.OrganizationDocument))).toMatchObject({
        code: 'NETWORK_ERROR',
        status: undefined,
        message: expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:9\/graphql: /),
      })
    })

    test('a request that was called off throws the reason it was given', async () => {
      answer = { status: 200, body: null }
      const reason = new Error('enough')
      const control = new AbortController()
      setTimeout(() => control.abort(reason), 20)
      await expect(other().request(sdk.ClientsDocument, {}, { signal: control.signal })).rejects.toBe(reason)
    })
  })
})

test('a document of the caller’s own is sent like the generated ones', async () => {
  const own = parse('query Own { organization { country } }') as TypedDocumentNode<
    { organization: { country: string } },
    Record<string, never>
  > // as a generator would say
  expect((await api.request(own)).organization.country).toBe('ES')
})
