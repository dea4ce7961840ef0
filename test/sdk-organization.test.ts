import { setTimeout as sleep } from 'node:timers/promises'
import * as sdk from '@clientela/sdk'
import { ClientelaClient, type ClientPageQuery } from '@clientela/sdk'
import { furnish } from './support/furnish.js'
import { address, notingClients, thrownBy } from './support/sdk.js'
import { World, type Tenant } from './support/world.js'

const { clientOf, unsentOf } = notingClients()
let world: World
let us: Tenant
let api: ClientelaClient

beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  api = clientOf(us)
})
afterAll(() => world.stop())

describe('every operation', () => {
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

  describe('that shows a page shows all of it, and its lists what its figures count', () => {
    let others: Tenant
    let page: ClientelaClient
    let client: ClientPageQuery['client']
    let header: object
    let id: string
    let [project, order, invoice, owner, purchase] = ['', '', '', '', '']
    beforeAll(async () => {
      others = await world.organization()
      const made = await furnish(others, 'page')
      id = made.byType.Client ?? ''
      project = made.byType.Project ?? ''
      order = made.byType.PurchaseOrder ?? ''
      invoice = made.byType.Invoice ?? ''
      owner = made.byType.User ?? ''
      purchase = made.purchase
      page = clientOf(others)
      client = (await page.request(sdk.ClientPageDocument, { id, first: 2 })).client
      header = { id, owner: { id: owner }, primaryContact: { nodes: [{ name: expect.stringContaining('page') }] } }
    })

    test('a client', async () => {
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
    })

    test('the list of clients', async () => {
      const { clients } = await page.request(sdk.ClientListPageDocument, { filter: { id: { eq: id } } })
      const { overview, ...row } = clients.nodes[0] ?? {}
      expect([clients.totalCount, row, overview?.tasks]).toEqual([
        1,
        expect.objectContaining({ id, owner: client?.owner, legalName: client?.legalName }),
        client?.overview.tasks,
      ])
      expect(overview?.invoices.overdue).toEqual(client?.overview.invoices.overdue)
    })

    test('the people and the work of a client', async () => {
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
    })

    test('the documents of a client', async () => {
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
    })

    test('the payments and the history of a client', async () => {
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
      expect([
        history?.activity.totalCount,
        new Set(history?.activity.nodes.map(({ subjectId }) => subjectId)),
      ]).toEqual([history?.activity.nodes.length, new Set([invoice])])
    })

    test('a project, an order, an invoice and the settings', async () => {
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
  })

  test('was sent by these tests', () => {
    expect(unsentOf(import.meta.url)).toEqual([])
  })
})
