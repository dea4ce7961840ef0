import { minorOf, spelled } from './oracle-money.js'
import { RandomRecords } from './random-records.js'
import type { Json } from './world.js'

const paymentFields =
  'id version clientId kind currency rate amount { amount } paidOn allocations(first: 20) { nodes { id version allocatedOn } }'

/** Payments, allocations and refunds of what was invoiced, and their ends. */
export abstract class RandomSettlements extends RandomRecords {
  protected async pay() {
    const { random, setting } = this
    const payment = (invoice: Json) => ({
      invoiceId: invoice.id,
      amount: this.part(invoice),
      rate: setting.rate(invoice.currency),
      ...this.on('paidOn', invoice.authorisedOn),
    })
    const onAccount = () => {
      const currency = setting.currency()
      return {
        clientId: this.client(),
        kind: random.pick(['SALE', 'SALE', 'PURCHASE']),
        currency,
        rate: setting.rate(currency),
        amount: setting.partOf(5000n, currency),
        ...this.on('paidOn'),
      }
    }
    const made = await this.send(
      'recordPayment',
      [...random.some(this.inForce('INVOICE'), 4).map(payment), ...this.several(onAccount, 0, 1)],
      paymentFields,
    )
    this.payments.push(...made)
    this.allocations.push(...made.flatMap(({ allocations }) => allocations.nodes))
  }

  /** Settles invoices that have no rate yet by three payments, whose parts in base are rounded. */
  protected async payInParts() {
    const invoices = this.random.some(
      this.inForce('INVOICE').filter(({ rate }) => rate === null),
      2,
    )
    const inputs = invoices.flatMap(invoice => {
      const [whole, { currency }] = [minorOf(invoice.payable.amount), invoice]
      return [whole / 3n, whole / 3n, whole]
        .filter(amount => amount > 0n)
        .map(amount => ({
          invoiceId: invoice.id,
          amount: spelled(amount, currency),
          rate: this.setting.rate(currency),
          ...this.on('paidOn', invoice.authorisedOn),
        }))
    })
    const made = await this.send('recordPayment', inputs, paymentFields)
    this.payments.push(...made)
    this.allocations.push(...made.flatMap(({ allocations }) => allocations.nodes))
  }

  protected async allocate() {
    const { random } = this
    const credits = [
      ...this.payments.map(record => ({ record, by: 'paymentId' })),
      ...this.inForce('CREDIT_NOTE').map(record => ({ record, by: 'creditNoteId' })),
    ]
    const inputs = random.some(this.lackingFirst(credits), 5).flatMap(({ record, by }) => {
      const fitting = this.inForce('INVOICE').filter(
        invoice =>
          random.chance(0.03) ||
          (invoice.clientId === record.clientId &&
            invoice.kind === record.kind &&
            invoice.currency === record.currency),
      )
      if (fitting.length === 0) return []
      const invoice = random.pick(fitting)
      const from = [invoice.authorisedOn, record.paidOn ?? record.authorisedOn].sort().at(-1)
      return [
        {
          invoiceId: invoice.id,
          [by]: record.id,
          amount: random.chance(0.4) ? undefined : this.part(random.pick([invoice, record])),
          ...this.on('allocatedOn', from),
        },
      ]
    })
    this.allocations.push(...(await this.send('allocate', inputs, 'id version allocatedOn')))
  }

  /** Often those alone whose rate may come late. */
  private lackingFirst<T extends { record: Json; by: string }>(credits: T[]): T[] {
    if (!this.setting.keepsRates || this.random.chance(0.3)) return credits
    const lacking = credits.filter(({ record }) => record.rate === null)
    const notes = lacking.filter(({ by }) => by === 'creditNoteId')
    if (notes.length > 0 && this.random.chance(0.5)) return notes
    return lacking.length > 0 ? lacking : credits
  }

  protected async refund() {
    const { random } = this
    const credits = [
      ...this.payments.map(record => ({ record, by: 'paymentId' })),
      ...this.inForce('CREDIT_NOTE').map(record => ({ record, by: 'creditNoteId' })),
    ]
    const inputs = random.some(this.lackingFirst(credits), 3).map(({ record, by }) => ({
      [by]: record.id,
      amount: random.chance(0.5) ? undefined : this.part(record),
      ...this.on('refundedOn', record.paidOn ?? record.authorisedOn),
    }))
    this.refunds.push(...(await this.send('recordRefund', inputs, 'id version refundedOn')))
  }

  /** Deallocations and reversals. */
  protected async takeBack() {
    const { random } = this
    await this.change('deallocate', random.some(this.allocations, 2), allocation =>
      this.on('deallocatedOn', allocation.allocatedOn),
    )
    await this.change('reverseRefund', random.some(this.refunds, 1), refund => this.on('reversedOn', refund.refundedOn))
    const reversed = await this.change(
      'reversePayment',
      random.some(this.payments, 2),
      payment => this.on('reversedOn', random.chance(0.5) ? payment.paidOn : this.setting.today),
      paymentFields,
    )
    for (const { allocations } of reversed) {
      for (const ended of allocations.nodes)
        Object.assign(
          this.allocations.find(({ id }) => id === ended.id),
          ended,
        )
    }
  }
}
