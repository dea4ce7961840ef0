import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphQLInputObjectType } from 'graphql'
import { inputTypeOf, withCanaries } from './mutation-inputs.js'
import { schema } from './walk.js'
import type { Json, Tenant } from './world.js'

type Named = { id: string; version: number }

/** Fills one organisation, a subject a method; each returns what others hang on. */
class Furnisher {
  private readonly line: object

  constructor(
    private readonly us: Tenant,
    private readonly canary: string,
  ) {
    this.line = { description: `${canary} line`, quantity: '2', unitPrice: '50.25', discount: '10', taxRate: '21' }
  }

  private make(mutation: string, given: object, fields?: string) {
    return this.us.do(mutation, withCanaries(inputTypeOf(mutation), this.canary, given), fields)
  }

  private verb(mutation: string, record: Named, given: object = {}) {
    return this.us.do(mutation, { id: record.id, version: record.version, ...given })
  }

  async people() {
    const { version } = (await this.us.get('{ organization { version } }')).organization
    await this.us.do('updateOrganization', { version, name: `${this.canary} organization` })
    const user = await this.make('createUser', {})
    const gone = await this.us.user({ name: `${this.canary} gone` })
    await this.verb('archiveUser', gone)
    const client = await this.make('createClient', {
      ownerId: user.id,
      paymentTermsDays: 0,
      address: withCanaries(schema.getType('AddressInput') as GraphQLInputObjectType, this.canary),
    }) // an input of the schema
    // A merge would make a contact of the e-mail and the telephone, which the other client lacks.
    const archived = await this.us.client({
      legalName: `${this.canary} archived`,
      email: 'archived@example.com',
      phone: `${this.canary} phone of the archived`,
    })
    await this.verb('archiveClient', archived)
    const contact = await this.make('createContact', {
      clientId: client.id,
      primary: true,
      email: 'the.same.contact@example.com',
      phone: `${this.canary} phone of the contact`,
    })
    return { user, client, archived, contact }
  }

  async work(client: Named, user: Named) {
    const project = await this.make('createProject', { clientId: client.id, plannedEndOn: '2026-12-01' })
    const time = await this.make('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 90 })
    const freeTime = await this.us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 30 })
    const task = await this.make('createTask', {
      clientId: client.id,
      projectId: project.id,
      assigneeId: user.id,
      dueOn: '2026-03-01',
    })
    await this.us.task(client.id, { title: `${this.canary} later`, dueOn: '2026-03-20' })
    await this.us.task(client.id, { title: `${this.canary} today`, dueOn: '2026-03-10' })
    await this.us.task(client.id, { title: `${this.canary} some day` })
    return { project, time, freeTime, task }
  }

  async orders(client: Named) {
    const order = await this.make('createPurchaseOrder', { clientId: client.id, number: 'PO-1', lines: [this.line] })
    await this.verb('openPurchaseOrder', order)
    const toClient = await this.us.do('createPurchaseOrder', {
      clientId: client.id,
      direction: 'TO_CLIENT',
      lines: [this.line],
    })
    await this.verb('openPurchaseOrder', toClient)
    await this.us.do('createPurchaseOrder', { clientId: client.id, number: 'PO-2', lines: [this.line] })
    return order
  }

  private sale(client: Named, given: object) {
    return this.us.do('createInvoice', { clientId: client.id, lines: [this.line], ...given })
  }

  private async authorised(invoice: Named, given: object = {}) {
    return this.verb('authoriseInvoice', await this.verb('submitInvoice', invoice), given)
  }

  async invoices(client: Named, time: Named) {
    const invoice = await this.authorised(
      await this.sale(client, { externalId: 'EXT-1', withholdingRate: '15', timeEntryIds: [time.id] }),
      { authorisedOn: '2026-03-01' },
    )
    const purchase = await this.authorised(
      await this.us.do('createInvoice', {
        clientId: client.id,
        kind: 'PURCHASE',
        supplierNumber: 'S-1',
        issuedOn: '2026-03-01',
        lines: [this.line],
      }),
    )
    const note = await this.authorised(await this.sale(client, { type: 'CREDIT_NOTE', correctsId: invoice.id }))
    const draft = await this.us.draft(client.id, '10')
    const draftNote = await this.sale(client, { type: 'CREDIT_NOTE', correctsId: invoice.id })
    await this.verb('submitInvoice', await this.us.draft(client.id, '20'))
    await this.verb('voidInvoice', await this.authorised(await this.sale(client, {})))
    for (const dueOn of ['2025-11-20', '2025-12-20', '2026-01-20', '2026-02-20'])
      await this.authorised(await this.sale(client, { series: 'OLD', dueOn }), { authorisedOn: '2025-10-01' })
    return { invoice, purchase, note, draft, draftNote }
  }

  async money(client: Named, invoice: Named, note: Named) {
    const payment = await this.make('recordPayment', { invoiceId: invoice.id, amount: '200', paidOn: '2026-03-02' })
    const onAccount = await this.us.do('recordPayment', {
      clientId: client.id,
      amount: '5',
      method: `${this.canary} method`,
    })
    const other = await this.authorised(await this.sale(client, {}))
    const allocation = await this.us.do('allocate', { invoiceId: other.id, creditNoteId: note.id, amount: '10' })
    const refund = await this.us.do('recordRefund', { creditNoteId: note.id, amount: '5' })
    const paidBack = await this.us.do('recordRefund', { paymentId: payment.id, amount: '1' })
    return { payment, onAccount, allocation, refund, paidBack }
  }

  async attached(client: Named, contact: Named, invoice: Named) {
    const interaction = await this.make('createInteraction', { subjectId: client.id, contactIds: [contact.id] })
    const aboutInvoice = await this.us.do('createInteraction', {
      subjectId: invoice.id,
      kind: 'CALL',
      text: `${this.canary} call`,
    })
    const [file] = await this.make('uploadFiles', { subjectId: client.id })
    await this.us.do('uploadFiles', { subjectId: invoice.id, files: [new File(['x'], `${this.canary} signed.txt`)] })
    return { interaction, aboutInvoice, file }
  }

  async deals(client: Named, user: Named) {
    const stage = await this.make('createDealStage', { category: 'OPEN' })
    const { nodes: stages } = (await this.us.get('{ dealStages { nodes { id category } } }')).dealStages
    const deal = await this.make('createDeal', {
      clientId: client.id,
      value: '100',
      stageId: stages[0].id,
      ownerId: user.id,
      expectedCloseOn: '2026-04-01',
    })
    for (const category of ['WON', 'LOST'])
      await this.verb('moveDeal', await this.us.deal(client.id, { title: `${this.canary} ${category}` }), {
        stageId: stages.find((each: Json) => each.category === category).id,
      })
    return { stage, deal }
  }

  async quotes(client: Named, deal: Named) {
    const quote = await this.make('createQuote', {
      clientId: client.id,
      dealId: deal.id,
      validUntil: '2026-04-01',
      lines: [this.line],
    })
    const sent = async (given: object = {}) =>
      this.verb('sendQuote', await this.us.quote(client.id, '10', given), { sentOn: '2026-02-01' })
    await sent()
    await sent({ validUntil: '2026-02-20' })
    await this.verb('declineQuote', await sent())
    await this.verb('acceptQuote', await sent())
    await this.verb('invoiceQuote', await this.verb('acceptQuote', await sent()))
    return quote
  }

  async settings() {
    const rate = await this.make('createExchangeRate', { currency: 'GBP', day: '2026-03-01', rate: '1.17' })
    const { createApiKey: key } = await this.us.get(
      'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }',
      { input: { name: `${this.canary} key`, scopes: ['clients:read'] } },
    )
    const view = await this.make('createSavedView', {
      list: 'CLIENTS',
      shared: true,
      filter: { legalName: { contains: this.canary } },
      columns: ['legalName'],
    })
    await this.us.do('createSavedView', { list: 'CLIENTS', name: `${this.canary} private view` })
    return { rate, key: key.apiKey, view }
  }

  async imports() {
    const plan = await this.make('createImport', {
      kind: 'CLIENT',
      file: new File(
        [
          `Nom;Adreça;Ciutat;Moneda\n${this.canary} planned;C/ Major 1;Terrassa;\n${this.canary} wrong;C/ Major 1;Terrassa;EURO\n`,
        ],
        `${this.canary}.csv`,
      ),
    })
    const mapping = await this.make('keepImportMapping', { importId: plan.id })
    await this.verb('planImport', plan)
    while (
      (await this.us.get('query($id: ID!) { importPlan(id: $id) { state } }', { id: plan.id })).importPlan.state ===
      'PLANNING'
    )
      await sleep(20)
    return { plan, mapping }
  }

  async erasedAndMerged() {
    for (const name of ['twin', 'twin SL']) await this.us.client({ legalName: `${this.canary} ${name}` })
    const erased = await this.us.client({ legalName: `${this.canary} person` })
    const erasure = await this.us.do('erasePerson', {
      personId: erased.id,
      version: erased.version,
      reason: `${this.canary} request`,
    })
    const [stays, goes] = [
      await this.us.client({ legalName: `${this.canary} stays` }),
      await this.us.client({ legalName: `${this.canary} goes` }),
    ]
    await this.us.do('mergeClients', {
      winnerId: stays.id,
      winnerVersion: stays.version,
      loserId: goes.id,
      loserVersion: goes.version,
    })
    const [merge] = (await this.us.get('{ clientMerges { nodes { id } } }')).clientMerges.nodes
    return { erasure, merge }
  }
}

/** An organisation with at least one of every record, in every role it can have. Returns what it made. */
export async function furnish(us: Tenant, canary: string) {
  const it = new Furnisher(us, canary)
  const { user, client, archived, contact } = await it.people()
  const { project, time, freeTime, task } = await it.work(client, user)
  const order = await it.orders(client)
  const { invoice, purchase, note, draft, draftNote } = await it.invoices(client, time)
  const { payment, onAccount, allocation, refund, paidBack } = await it.money(client, invoice, note)
  const { interaction, aboutInvoice, file } = await it.attached(client, contact, invoice)
  const { stage, deal } = await it.deals(client, user)
  const quote = await it.quotes(client, deal)
  const { rate, key, view } = await it.settings()
  const { plan, mapping } = await it.imports()
  const { erasure, merge } = await it.erasedAndMerged()
  return {
    byType: {
      Organization: us.organizationId,
      User: user.id,
      ApiKey: key.id,
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
