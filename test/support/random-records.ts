import { inBatch } from './mutation-batch.js'
import { minorOf } from './oracle-money.js'
import type { Setting } from './random-setting.js'
import type { Random } from './random.js'
import type { Json, Tenant } from './world.js'

/** The test's own copy of an organisation's records, which knows their versions. */
export abstract class RandomRecords {
  clients: Json[] = []
  readonly givenRates = new Map<string, string | null>()
  protected keptRates: Json[] = []
  protected user: Json
  protected projects: Json[] = []
  protected entries: Json[] = []
  protected tasks: Json[] = []
  protected orders: Json[] = []
  protected invoices: Json[] = []
  protected payments: Json[] = []
  protected allocations: Json[] = []
  protected refunds: Json[] = []
  protected numbers = 0

  constructor(
    protected readonly us: Tenant,
    protected readonly setting: Setting,
    protected readonly random: Random,
    protected readonly refused: Map<string, number>,
  ) {}

  /** Sends mutations of one kind and keeps what they made or changed. */
  protected async send(mutation: string, inputs: object[], fields = 'id version'): Promise<Json[]> {
    const records = await inBatch(this.us, mutation, inputs, fields, this.refused)
    inputs.forEach((input: { currency?: string; rate?: string }, at) => {
      const record = records[at]
      if (!record || !('rate' in input) || mutation === 'createExchangeRate') return
      const before = this.invoices.find(({ id }) => id === record.id) // of the same currency it keeps its rate
      if (!before || input.rate || before.currency !== input.currency)
        this.givenRates.set(record.id, input.rate ?? null)
    })
    return records.filter(record => record !== null)
  }

  /** A change of state of each record, which may be refused. */
  protected async change(
    mutation: string,
    records: Json[],
    input: (record: Json) => object = () => ({}),
    fields = 'id version',
  ): Promise<Json[]> {
    const changed = await this.send(
      mutation,
      records.map(record => ({ id: record.id, version: record.version, ...input(record) })),
      fields,
    )
    for (const now of changed)
      Object.assign(
        records.find(({ id }) => id === now.id),
        now,
      )
    return changed
  }

  protected client = () => this.random.pick(this.clients).id
  protected several = <T>(make: (at: number) => T, least: number, most: number) =>
    Array.from({ length: this.random.integer(least, most) }, (_, at) => make(at))
  protected on = (name: string, from?: string) => ({ [name]: this.setting.day(from) })
  protected ofClient = (records: Json[], clientId: string) => records.filter(record => record.clientId === clientId)

  protected inForce = (type: string) =>
    this.invoices.filter(invoice => invoice.type === type && invoice.state === 'AUTHORISED')
  protected part = (record: Json) =>
    this.setting.partOf(minorOf((record.payable ?? record.amount).amount), record.currency)
}
