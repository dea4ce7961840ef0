import { dayInZone } from './oracle-day.js'
import { Random } from './random.js'
import { Setting } from './random-setting.js'
import { RandomSettlements } from './random-settlements.js'
import type { Json, Tenant, World } from './world.js'

export interface RandomOrganization {
  us: Tenant
  setting: Setting
  random: Random
  /** Its clients, in the order they were made. */
  clients: string[]
  /** How often what was refused, as `mutation CODE`. */
  refused: Map<string, number>
  /** The rate that was typed for each invoice, order and payment; null where none was. */
  givenRates: Map<string, string | null>
}

/**
 * Makes a small organisation through the API alone; the same one for the same seed. One with `keptRates` trades in
 * foreign currencies: it keeps exchange rates, leaves rates out, and gives them late. `after` runs after each step.
 */
export async function randomOrganization(
  world: World,
  seed: number,
  keptRates = false,
  after: (made: Pick<RandomOrganization, 'us' | 'setting'>) => Promise<void> = async () => undefined,
): Promise<RandomOrganization> {
  const random = new Random(seed)
  const setting = new Setting(random, keptRates)
  const refused = new Map<string, number>()
  world.now = setting.instants[0] ?? world.now
  const us = await world.organization({
    name: `Organisation ${seed}`,
    timeZone: setting.zone,
    baseCurrency: setting.baseCurrency,
  })
  const story = new Story(us, setting, random, refused)
  const told = () => after({ us, setting })
  await story.begin()
  for (const instant of setting.instants) {
    world.now = instant
    setting.today = dayInZone(setting.zone, instant)
    await story.tell(told)
  }
  if (keptRates && random.chance(0.7)) await story.setLateRates()
  await told()
  return { us, setting, random, clients: story.clients.map(({ id }) => id), refused, givenRates: story.givenRates }
}

const invoiceFields = 'id version clientId kind type state currency rate issuedOn dueOn authorisedOn payable { amount }'

/** The life of one organisation. */
class Story extends RandomSettlements {
  async begin() {
    const terms = () => this.random.pick([null, null, 0, 30])
    const inputs = Array.from({ length: this.random.integer(1, 4) }, (_, at) => ({
      legalName: `Client ${at + 1}`,
      address: { line1: 'C/ Major 1', city: 'Terrassa' },
      paymentTermsDays: terms(),
      currency: this.random.pick([null, null, 'USD', 'JPY']),
    }))
    this.clients = await this.send('createClient', inputs)
    ;[this.user] = await this.send('createUser', [{ name: 'User', email: 'user@example.com' }])
  }

  /** One sitting at the keyboard: something new, then some of what can be done to what there is, in any order. */
  async tell(told: () => Promise<void>) {
    if (this.setting.keepsRates) await this.keepRates()
    await told() // time has passed
    await this.work()
    await told()
    await this.write()
    await told()
    const steps = [
      () => this.pay(),
      () => this.pay(),
      () => this.allocate(),
      () => this.allocate(),
      () => this.refund(),
      () => this.takeBack(),
      () => this.voidSome(),
      () => this.progressOrders(),
      () => this.progressTasks(),
      () => this.correct(),
      () => this.archiveSome(),
      () => this.changeDrafts(),
      ...(this.setting.keepsRates
        ? [() => this.setLateRates(), () => this.fillRates(), () => this.correct(), () => this.refund()]
        : []),
    ]
    for (const step of this.random.shuffled(steps).slice(0, this.setting.keepsRates ? 9 : 6)) {
      await step()
      await told()
    }
    if (this.setting.keepsRates) await this.payInParts()
  }

  private async keepRates() {
    const { random, setting } = this
    this.keptRates.push(
      ...(await this.send(
        'createExchangeRate',
        this.several(() => setting.keptRate(), 0, 20),
      )),
    )
    await this.change('updateExchangeRate', random.some(this.keptRates, 1), () => ({ rate: setting.anyRate() }))
  }

  /** Rates for what had none when it was written, whatever became of it since. */
  async setLateRates() {
    const { random, setting } = this
    const lacking = [...this.invoices, ...this.orders, ...this.payments].filter(
      ({ rate }) => rate === null || random.chance(0.02),
    )
    const records = random.some(lacking, 6)
    if (records.length === 0) return
    const inputs = records.map(({ id, version }) => ({ id, version, rate: setting.anyRate() }))
    const calls = inputs.map((_, at) => `m${at}: setRate(input: $i${at}) { document { id } userErrors { code } }`)
    const data = await this.us.get(
      `mutation(${inputs.map((_, at) => `$i${at}: SetRateInput!`).join(' ')}) { ${calls.join(' ')} }`,
      Object.fromEntries(inputs.map((input, at) => [`i${at}`, input])),
    )
    inputs.forEach(({ id, rate }, at) => {
      const { document, userErrors } = data[`m${at}`]
      if (document) this.givenRates.set(id, rate)
      for (const { code } of userErrors)
        this.refused.set(`setRate ${code}`, (this.refused.get(`setRate ${code}`) ?? 0) + 1)
    })
    await this.look()
  }

  private async fillRates() {
    await this.keepRates()
    const { fillRates } = await this.us.get(
      'mutation($input: FillRatesInput!) { fillRates(input: $input) { filled userErrors { code } } }',
      { input: { most: this.random.pick([1, 2, null]) } },
    )
    if (fillRates.userErrors.length > 0) throw new Error(`fillRates: ${JSON.stringify(fillRates)}`)
    await this.look()
  }

  /** A rate that came late changed more records than those it was given to. */
  private async look() {
    const all = [...this.invoices, ...this.orders, ...this.payments, ...this.allocations, ...this.refunds]
    for (let from = 0; from < all.length; from += 50) {
      const some = all.slice(from, from + 50)
      const rated = ['Invoice', 'PurchaseOrder', 'Payment'].map(type => `... on ${type} { version rate }`).join(' ')
      const { nodes } = await this.us.get(
        `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Allocation { version } ... on Refund { version } ${rated} } }`,
        { ids: some.map(({ id }) => id) },
      )
      some.forEach((record, at) => Object.assign(record, nodes[at]))
    }
  }

  private async work() {
    const { random, setting } = this
    this.projects.push(
      ...(await this.send(
        'createProject',
        this.several(
          () => ({ clientId: this.client(), name: 'Project', billable: random.chance(0.7), ...this.on('openedOn') }),
          0,
          2,
        ),
        'id version clientId billable openedOn',
      )),
    )
    await this.change('activateProject', random.some(this.projects, 2), project => this.on('on', project.openedOn))
    if (this.projects.length > 0) {
      const entry = () => ({
        projectId: random.pick(this.projects).id,
        userId: this.user.id,
        minutes: random.pick([1, 7, 50, 90, 1440]),
        billable: random.chance(0.8) ? undefined : random.chance(0.5),
        ...this.on('date'),
      })
      this.entries.push(
        ...(await this.send('createTimeEntry', this.several(entry, 0, 3), 'id version clientId billable')),
      )
    }
    const task = () => {
      const clientId = this.client()
      const own = this.ofClient(this.projects, clientId)
      return {
        clientId,
        title: 'Task',
        dueOn: setting.dueOn(),
        projectId: own.length > 0 && random.chance(0.5) ? random.pick(own).id : undefined,
        ...this.on('openedOn'),
      }
    }
    this.tasks.push(...(await this.send('createTask', this.several(task, 0, 3), 'id version openedOn completedOn')))
    await this.change('windUpProject', random.some(this.projects, 1), project => this.on('on', project.openedOn))
    if (random.chance(0.3))
      await this.change('closeProject', random.some(this.projects, 1), project => this.on('closedOn', project.openedOn))
    if (random.chance(0.2)) await this.change('archiveProject', random.some(this.projects, 1))
  }

  private async progressTasks() {
    const { random } = this
    await this.change('startTask', random.some(this.tasks, 1), task => this.on('on', task.openedOn))
    await this.change(
      'completeTask',
      random.some(this.tasks, 2),
      task => this.on('completedOn', task.openedOn),
      'id version completedOn',
    )
    await this.change(
      'discardTask',
      random.some(this.tasks, 1),
      task => this.on('completedOn', task.openedOn),
      'id version completedOn',
    )
    if (random.chance(0.5))
      await this.change(
        'reopenTask',
        random.some(this.tasks, 2),
        task => this.on('on', task.completedOn ?? undefined),
        'id version completedOn',
      )
    if (random.chance(0.3))
      await this.change('updateTask', random.some(this.tasks, 1), () => ({ dueOn: this.setting.dueOn() }))
  }

  private async write() {
    const { random, setting } = this
    const priced = () => {
      const currency = setting.currency()
      return { currency, rate: setting.rate(currency), lines: setting.lines() }
    }
    const order = () => {
      const direction = random.pick(['FROM_CLIENT', 'FROM_CLIENT', 'TO_CLIENT'])
      return {
        clientId: this.client(),
        direction,
        number: direction === 'FROM_CLIENT' ? `N${++this.numbers}` : undefined,
        ...priced(),
      }
    }
    this.orders.push(
      ...(await this.send('createPurchaseOrder', this.several(order, 0, 3), 'id version orderedOn currency rate')),
    )
    const invoice = () => {
      const clientId = this.client()
      const sale = random.chance(0.7)
      const issuedOn = setting.day() ?? setting.today
      const timeEntryIds =
        sale && random.chance(0.7)
          ? random
              .some(
                this.ofClient(this.entries, clientId).filter(entry => entry.billable),
                2,
              )
              .map(({ id }) => id)
          : undefined
      const own = sale ? this.numbered() : { kind: 'PURCHASE', supplierNumber: `S${++this.numbers}`, issuedOn }
      return {
        clientId,
        ...own,
        ...priced(),
        dueOn: setting.dueOn(issuedOn),
        withholdingRate: random.pick([null, null, null, '15', '7', '100']),
        timeEntryIds,
      }
    }
    this.invoices.push(...(await this.send('createInvoice', this.several(invoice, 2, 5), invoiceFields)))
    await this.authorise()
  }

  private numbered = () =>
    this.random.pick([{}, {}, { series: 'A' }, { series: 'B-C' }, { externalNumber: `X${++this.numbers}` }])

  private async authorise() {
    const { random } = this
    await this.change(
      'submitInvoice',
      this.invoices.filter(({ state }) => state === 'DRAFT' && random.chance(0.85)),
      undefined,
      'id version state',
    )
    const submitted = this.invoices.filter(({ state }) => state === 'SUBMITTED')
    await this.change(
      'returnInvoiceToDraft',
      submitted.filter(() => random.chance(0.05)),
      undefined,
      'id version state',
    )
    // Mostly in the order of their dates, as a series of numbers wants it.
    const dated = submitted
      .filter(({ state }) => state === 'SUBMITTED' && random.chance(0.9))
      .map(record => ({ record, on: this.authorisedOn(record) }))
    if (random.chance(0.8)) dated.sort((a, b) => ((a.on ?? '9') < (b.on ?? '9') ? -1 : 1))
    const onOf = new Map(dated.map(({ record, on }) => [record.id, on]))
    await this.change(
      'authoriseInvoice',
      dated.map(({ record }) => record),
      record => ({ authorisedOn: onOf.get(record.id) }),
      invoiceFields,
    )
  }

  /** Rarely after it is due, which is refused. */
  private authorisedOn({ issuedOn, dueOn }: Json): string | undefined {
    const on = this.setting.day(issuedOn ?? undefined)
    const isLate = dueOn !== null && (on ?? this.setting.today) > dueOn && dueOn >= (issuedOn ?? '')
    return isLate && this.random.chance(0.9) ? dueOn : on
  }

  /** Credit notes for what was authorised, sometimes of more than it asked for. */
  private async correct() {
    const { random, setting } = this
    const note = (of: Json) => ({
      clientId: of.clientId,
      kind: of.kind,
      type: 'CREDIT_NOTE',
      correctsId: of.id,
      currency: of.currency,
      rate: setting.rate(of.currency),
      lines: setting.lines(),
      ...(of.kind === 'PURCHASE'
        ? { supplierNumber: `C${++this.numbers}`, issuedOn: setting.day(of.authorisedOn) ?? setting.today }
        : {}),
    })
    this.invoices.push(
      ...(await this.send('createInvoice', random.some(this.inForce('INVOICE'), 2).map(note), invoiceFields)),
    )
    await this.authorise()
  }

  private async voidSome() {
    const { random } = this
    await this.change(
      'voidInvoice',
      random.some([...this.inForce('INVOICE'), ...this.inForce('CREDIT_NOTE')], 4),
      invoice => this.on('voidedOn', invoice.authorisedOn),
      'id version state',
    )
  }

  private async progressOrders() {
    const { random } = this
    const later = (name: string) => (order: Json) => this.on(name, order.orderedOn ?? undefined)
    await this.change('openPurchaseOrder', random.some(this.orders, 4), later('orderedOn'), 'id version orderedOn rate')
    await this.change('partiallyReceivePurchaseOrder', random.some(this.orders, 1), later('receivedOn'))
    await this.change('receivePurchaseOrder', random.some(this.orders, 1), later('receivedOn'))
    await this.change('closePurchaseOrder', random.some(this.orders, 2), later('closedOn'))
    await this.change('cancelPurchaseOrder', random.some(this.orders, 1), later('cancelledOn'))
  }

  private async changeDrafts() {
    const { random, setting } = this
    const drafts = this.invoices.filter(({ state }) => state === 'DRAFT')
    await this.change(
      'updateInvoice',
      random.some(drafts, 1),
      () =>
        random.chance(0.5)
          ? { lines: setting.lines() }
          : { currency: 'KWD', rate: setting.rate('KWD'), withholdingRate: '19' },
      invoiceFields,
    )
    const gone = random.chance(0.2) ? await this.change('deleteInvoice', random.some(drafts, 1)) : []
    this.invoices = this.invoices.filter(({ id }) => !gone.some(deleted => deleted.id === id))
  }

  /** From then on its documents can only be settled, corrected and voided. */
  private async archiveSome() {
    const { random } = this
    if (random.chance(0.25)) await this.change('archiveClient', random.some(this.clients, 1))
    if (random.chance(0.1)) await this.change('unarchiveClient', random.some(this.clients, 1))
  }
}
