import type { Json, Tenant } from './world.js'
import { schema } from './walk.js'

const many = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at))
const pick = <T>(values: readonly T[], at: number): T => values[at % values.length] as T // not empty
const day = (at: number) => `2026-0${1 + (at % 2)}-${String(1 + ((at * 7) % 5)).padStart(2, '0')}`
const nullable = (at: number, value: unknown) => (at % 3 === 0 ? null : value)
const names = ['Àlaba', 'alaba', 'ALABA', 'Zoo', 'zoo', "l'Illa", 'Lilla', 'ñ', 'n', '10', '9', 'Ab', 'a b']
const line = { description: 'x', quantity: '1', unitPrice: '5' }

/** A rate with a day and currency of its own for each number, in currencies that no document has. */
const keptRate = (at: number) => ({
  currency: pick(['CHF', 'NOK', 'GBP'], at),
  day: new Date(Date.UTC(2025, 0, 1 + Math.floor(at / 2))).toISOString().slice(0, 10),
  rate: pick(['0.9', '10.25', '1'], at * 5),
})

/** An organisation with rows in every list, of values that tie, differ in case and accents only, or are null. */
export class EveryList {
  private clients: string[] = []
  private users: string[] = []
  private spreadsheet = ''
  private added = 0

  constructor(private readonly us: Tenant) {}

  async furnish() {
    await this.people()
    await this.work()
    const invoices = await this.documents()
    await this.money(invoices)
    await this.deals()
    await this.attached([...this.clients.slice(0, 5), invoices[0] ?? ''])
    await this.settings()
  }

  /** Adds a row to a list, a second later than the last. */
  async add(list: string) {
    const at = this.added++
    this.later()
    const add = this.adding[list]
    if (!add) throw new Error(`Say in \`adding\` how a row of ${list} is made.`)
    await add(at, pick(this.clients.slice(0, 5), at))
  }

  /** A new row of each list, with values among, before and after those there are. */
  private readonly adding: Record<string, (at: number, client: string) => Promise<unknown>> = {
    clients: at => this.make('createClient', [{ legalName: pick(names, at), address: { line1: 'x', city: 'x' } }]),
    users: at => this.make('createUser', [{ name: pick(names, at), email: `n${at}@example.com` }]),
    contacts: (at, clientId) => this.make('createContact', [{ clientId, name: pick(names, at) }]),
    projects: (at, clientId) =>
      this.make('createProject', [
        { clientId, name: pick(names, at), openedOn: day(at), plannedEndOn: nullable(at, day(at)) },
      ]),
    timeEntries: async (at, clientId) => {
      const [projectId] = await this.make('createProject', [{ clientId, name: 'x' }])
      return this.make('createTimeEntry', [{ projectId, userId: pick(this.users, at), date: day(at), minutes: 1 + at }])
    },
    tasks: (at, clientId) =>
      this.make('createTask', [{ clientId, title: 't', openedOn: day(at), dueOn: nullable(at, day(at + 1)) }]),
    purchaseOrders: (at, clientId) =>
      this.make('createPurchaseOrder', [
        { clientId, number: `n${at}`, expectedOn: nullable(at, day(at)), lines: [line] },
      ]),
    invoices: (at, clientId) =>
      this.make('createInvoice', [
        { clientId, dueOn: nullable(at, day(at)), lines: [line], currency: pick(['EUR', 'USD'], at) },
      ]),
    payments: (at, clientId) =>
      this.make('recordPayment', [
        { clientId, amount: String(1 + (at % 3)), paidOn: day(at), currency: pick(['EUR', 'USD'], at) },
      ]),
    allocations: async (at, clientId) => {
      const [invoice, payment] = [
        await this.us.invoice(clientId, '9'),
        await this.us.do('recordPayment', { clientId, amount: '9' }),
      ]
      return this.us.do('allocate', { invoiceId: invoice.id, paymentId: payment.id, amount: String(1 + (at % 3)) })
    },
    refunds: async (at, clientId) =>
      this.us.do('recordRefund', {
        paymentId: (await this.us.do('recordPayment', { clientId, amount: '9' })).id,
        amount: String(1 + (at % 3)),
      }),
    deals: (at, clientId) =>
      this.make('createDeal', [
        {
          clientId,
          title: pick(names, at),
          value: String(1 + (at % 3)),
          currency: pick(['EUR', 'USD'], at),
          probability: at % 5,
          expectedCloseOn: nullable(at, day(at)),
        },
      ]),
    quotes: (at, clientId) =>
      this.make('createQuote', [{ clientId, validUntil: nullable(at, day(at)), lines: [line] }]),
    exchangeRates: at => this.make('createExchangeRate', [keptRate(100 + at)]),
    dealStages: at => this.make('createDealStage', [{ name: pick(names, at), category: 'LOST' }]),
    interactions: (at, subjectId) => this.make('createInteraction', [{ subjectId, text: 'x', happenedOn: day(at) }]),
    files: (at, subjectId) =>
      this.us.do('uploadFiles', { subjectId, files: [new File(['x'.repeat(at % 40)], pick(names, at))] }),
    apiKeys: () => this.make('createApiKey', [{ name: 'x', scopes: ['admin'] }]),
    activityEvents: () => this.make('createApiKey', [{ name: 'x', scopes: ['admin'] }]),
    savedViews: at => this.make('createSavedView', [{ list: 'TASKS', name: pick(names, at) }]),
    importPlans: at => this.importOne(at),
    importMappings: at =>
      this.make('keepImportMapping', [{ importId: this.spreadsheet, name: `${pick(names, at)} ${at}` }]),
    erasures: async () => {
      const person = await this.us.client()
      return this.us.do('erasePerson', { personId: person.id, version: 1 })
    },
    clientMerges: async at => {
      const [winner, loser] = [
        await this.us.client({ legalName: pick(names, at) }),
        await this.us.client({ legalName: pick(names, at) }),
      ]
      return this.us.do('mergeClients', { winnerId: winner.id, winnerVersion: 1, loserId: loser.id, loserVersion: 1 })
    },
  }

  private async people() {
    this.users = await this.make(
      'createUser',
      many(9, at => ({ name: pick(names, at * 5), email: `u${at}@example.com` })),
    )
    this.clients = await this.make(
      'createClient',
      many(13, at => ({
        legalName: pick(names, at),
        address: { line1: 'x', city: pick(names, at * 3), country: pick(['ES', 'FR', 'ES'], at) },
        ownerId: nullable(at, pick(this.users, at)),
        taxId: nullable(
          at,
          [
            '12345678Z',
            '00000000T',
            '54362315K',
            'X0000000T',
            'X1234567L',
            'Y1234567X',
            'Z1234567R',
            'K1234567L',
            'L1234567L',
            'A58818501',
            'B58378431',
            'J99216582',
            'P2807900B',
          ][at],
        ),
        tags: at % 4 === 0 ? [] : many(at % 3, part => `t${(at + part) % 5}`),
      })),
    )
    for (const at of [11, 12]) await this.us.do('archiveClient', { id: this.clients[at], version: 1 })
    this.later()
    await this.make(
      'createContact',
      many(20, at => ({ clientId: pick(this.clients, at * 3), name: pick(names, at) })),
    )
  }

  private async work() {
    const projects = await this.make(
      'createProject',
      many(24, at => ({
        clientId: pick(this.clients, at % 5),
        name: pick(names, at * 2),
        code: nullable(at, `C${at % 2 ? 'x' : 'X'}${at}%_`),
        openedOn: day(at),
        plannedEndOn: nullable(at, day(at + 1)),
        billable: at % 4 !== 0,
      })),
    )
    for (const [at, id] of projects.entries()) if (at % 4 === 1) await this.us.do('activateProject', { id, version: 1 })
    await this.make(
      'createTimeEntry',
      many(20, at => ({
        projectId: pick(projects, at % 6),
        userId: pick(this.users, at),
        date: day(at),
        minutes: 1 + (at % 4),
      })),
    )
    const tasks = await this.make(
      'createTask',
      many(24, at => ({
        clientId: pick(this.clients, at % 5),
        title: `T${at % 7}`,
        assigneeId: nullable(at, pick(this.users, at)),
        openedOn: day(at),
        dueOn: nullable(at, day(at + 1)),
      })),
    )
    for (const [at, id] of tasks.entries())
      if (at % 5 === 1) await this.us.do('completeTask', { id, version: 1, completedOn: `2026-03-0${1 + (at % 3)}` })
    this.later()
  }

  /** Orders and invoices; returns the ids of the invoices. */
  private async documents() {
    const orders = await this.make(
      'createPurchaseOrder',
      many(18, at => ({
        clientId: pick(this.clients, at % 5),
        number: `${at % 2 ? 'b' : 'B'}${at}`,
        expectedOn: nullable(at, day(at)),
        currency: pick(['EUR', 'USD', 'JPY'], at),
        lines: [{ ...line, unitPrice: String(1 + (at % 3)) }],
      })),
    )
    for (const [at, id] of orders.entries())
      if (at % 3 === 1) await this.us.do('openPurchaseOrder', { id, version: 1, orderedOn: day(at) })
    const invoices = await this.make(
      'createInvoice',
      many(18, at => ({
        clientId: pick(this.clients, at % 5),
        dueOn: nullable(at, '2026-04-01'),
        currency: pick(['EUR', 'USD'], at),
        rate: at % 4 === 1 ? '1.1' : undefined,
        lines: [{ ...line, unitPrice: String(50 + (at % 3)) }],
      })),
    )
    for (const [at, id] of invoices.entries()) {
      if (at % 2 === 0)
        await this.us.do('authoriseInvoice', {
          id,
          version: (await this.us.do('submitInvoice', { id, version: 1 })).version,
          authorisedOn: at < 8 ? '2026-02-01' : '2026-02-02',
        })
    }
    return invoices
  }

  private async money(invoices: readonly string[]) {
    const payments = await this.make(
      'recordPayment',
      many(16, at => ({
        clientId: pick(this.clients, at % 5),
        amount: String(50 + (at % 4)),
        paidOn: day(at),
        currency: at % 4 === 3 ? 'USD' : 'EUR',
      })),
    )
    for (const at of many(7, each => each))
      await this.us.do('allocate', {
        invoiceId: invoices[0],
        paymentId: payments[0],
        amount: '1',
        allocatedOn: `2026-03-0${1 + (at % 3)}`,
      })
    for (const at of [1, 2, 5, 6, 8, 9])
      await this.us.do('recordRefund', { paymentId: payments[at], amount: '1', refundedOn: `2026-03-0${1 + (at % 3)}` })
  }

  private async deals() {
    const stages: Json[] = (await this.us.get('{ dealStages { nodes { id category } } }')).dealStages.nodes
    const [open, closed] = [
      stages.filter(({ category }) => category === 'OPEN'),
      stages.filter(({ category }) => category !== 'OPEN'),
    ]
    const deals = await this.make(
      'createDeal',
      many(24, at => ({
        clientId: pick(this.clients, at % 5),
        title: pick(names, at * 3),
        value: String(1 + (at % 4)),
        currency: pick(['EUR', 'USD', 'JPY'], at),
        rate: at % 6 === 1 ? '0.9' : undefined,
        probability: (at * 7) % 5,
        stageId: pick(open, at).id,
        expectedCloseOn: nullable(at, day(at)),
        ownerId: nullable(at, pick(this.users, at)),
      })),
    )
    for (const [at, id] of deals.entries())
      if (at % 4 === 0)
        await this.us.do('moveDeal', {
          id,
          version: 1,
          stageId: pick(closed, at / 4).id,
          on: at % 3 === 0 ? '2026-03-10' : '2026-03-09',
        })
    const quotes = await this.make(
      'createQuote',
      many(24, at => ({
        clientId: pick(this.clients, at % 5),
        currency: pick(['EUR', 'USD'], at),
        validUntil: nullable(at, day(at + 1)),
        lines: [{ ...line, unitPrice: String(1 + (at % 3)) }],
      })),
    )
    for (const [at, id] of quotes.entries())
      if (at % 3 !== 2) await this.us.do('sendQuote', { id, version: 1, sentOn: `2025-12-0${1 + (at % 4)}` })
    for (const [at, id] of quotes.entries())
      if (at % 3 === 1) await this.us.do('acceptQuote', { id, version: 2, acceptedOn: `2026-03-0${1 + (at % 4)}` })
  }

  private async attached(subjects: readonly string[]) {
    await this.make(
      'createInteraction',
      many(12, at => ({
        subjectId: pick(subjects, at),
        text: `I${at}`,
        happenedOn: day(at),
      })),
    )
    for (const at of many(12, each => each))
      await this.us.do('uploadFiles', {
        subjectId: pick(subjects, at),
        files: [new File([at % 3 ? 'x'.repeat(at % 4) : '%PDF-1.4'], pick(names, at))],
      })
  }

  private async settings() {
    for (const { id: personId } of await Promise.all(many(8, () => this.us.client())))
      await this.us.do('erasePerson', { personId, version: 1 })
    const merged = await this.make(
      'createClient',
      many(14, at => ({ legalName: pick(names, at), address: { line1: 'x', city: 'x' } })),
    )
    for (const at of many(7, each => each))
      await this.us.do('mergeClients', {
        winnerId: merged[at],
        winnerVersion: 1,
        loserId: merged[at + 7],
        loserVersion: 1,
      })
    await this.make(
      'createApiKey',
      many(6, () => ({ name: 'x', scopes: ['admin'] })),
    )
    await this.make(
      'createSavedView',
      many(8, at => ({ list: pick(['CLIENTS', 'TASKS'], at), name: pick(names, at), shared: at % 2 === 0 })),
    )
    for (const at of many(8, each => each)) this.spreadsheet = (await this.importOne(at)).id
    await this.make('createExchangeRate', many(14, keptRate))
    await this.make(
      'keepImportMapping',
      many(13, at => ({ importId: this.spreadsheet, name: pick(names, at) })),
    )
  }

  private importOne(at: number) {
    return this.us.do('createImport', {
      kind: pick(['CLIENT', 'CONTACT'], at),
      file: new File(['Nom;NIF\nx;y\n'], `${pick(names, at)}.csv`),
    })
  }

  private later() {
    const { world } = this.us
    world.now = new Date(world.now.getTime() + 1000)
  }

  /** Makes many records in few requests, and returns their ids. */
  private async make(mutation: string, inputs: object[]): Promise<string[]> {
    const ids: string[] = []
    const type = String(schema.getMutationType()?.getFields()[mutation]?.args[0]?.type)
    const record =
      mutation === 'createApiKey'
        ? 'apiKey'
        : String(schema.getMutationType()?.getFields()[mutation]?.type)
            .replace(/^./, first => first.toLowerCase())
            .replace(/Payload!$/, '')
    for (let from = 0; from < inputs.length; from += 50) {
      const part = inputs.slice(from, from + 50)
      const data = await this.us.get(
        `mutation(${part.map((_, at) => `$i${at}: ${type}`).join(', ')}) { ${part.map((_, at) => `m${at}: ${mutation}(input: $i${at}) { r: ${record} { id } userErrors { code message } }`).join(' ')} }`,
        Object.fromEntries(part.map((input, at) => [`i${at}`, input])),
      )
      for (const { r, userErrors } of Object.values<Json>(data)) {
        if (!r) throw new Error(`${mutation}: ${JSON.stringify(userErrors)}`)
        ids.push(r.id)
      }
    }
    return ids
  }
}
