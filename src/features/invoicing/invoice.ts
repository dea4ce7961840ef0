import { choice, day, decimal, flag, inBase, json, money, reference, text } from '../../model/field.js'
import { refuseBefore, refuseState } from '../../model/state.js'
import type { Day } from '../../lib/calendar.js'
import { addDays } from '../../lib/calendar.js'
import { UserError } from '../../lib/user-error.js'
import type { Client } from '../clients/index.js'
import { DocumentLine, DocumentRow } from '../purchasing/index.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const InvoiceKind = choices('InvoiceKind', 'Which way an invoice or a payment goes.', {
  SALE: 'From us to the client, who pays us.',
  PURCHASE: 'From the client, as our supplier, to us, who pay.',
})
export type InvoiceKind = keyof typeof InvoiceKind

export const InvoiceType = choices('InvoiceType', 'The effect of an invoice on the amount owed.', {
  INVOICE: 'Asks for payment.',
  CREDIT_NOTE: 'Takes back all or part of an invoice.',
})
export type InvoiceType = keyof typeof InvoiceType

export const InvoiceState = choices(
  'InvoiceState',
  'Where an invoice is in its life. Paid and overdue follow from amounts and dates and are no states.',
  {
    DRAFT: 'Being written; the only state in which it can be changed or deleted.',
    SUBMITTED: 'Waiting for approval.',
    AUTHORISED: 'Final: it has its number and counts.',
    VOIDED: 'Taken out of force; it keeps its number.',
  },
)
export type InvoiceState = keyof typeof InvoiceState

/** The name, tax id and address that a document was issued to. */
export interface BilledParty {
  legalName: string
  taxId: string | null
  address: Record<string, string | null>
}

@entity('invoices', 'A request for payment or a credit note, to or from a client.', {
  prefix: 'inv',
  permission: 'invoices:read',
  search: { title: 'number', codes: ['number', 'externalId'] },
  feed: { computed: ['amountDue', 'amountDueBase'] },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another invoice has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'numberKey'], {
  code: 'NUMBER_TAKEN',
  message: 'Another invoice has this number; give another number or series.',
  field: 'number',
})
@index([
  'organizationId',
  'clientId',
  'kind',
  'type',
  'authorisedOn',
  'voidedOn',
  'state',
  'dueOn',
  'currency',
  'payable',
  'payableBase',
  'net',
  'netBase',
  'id',
])
@index(['organizationId', 'issuedOn', 'id'])
@index(['organizationId', 'correctsId', 'id'])
export class Invoice extends DocumentRow {
  @choice(InvoiceKind, 'Which way it goes.')
  kind: InvoiceKind

  @choice(InvoiceType, 'Whether it asks for payment or takes back.')
  type: InvoiceType

  @choice(InvoiceState, 'Where it is in its life.')
  state: InvoiceState

  @text(
    'The number of a SALE, given when it is authorised, without gaps within its series and year. ' +
      "A PURCHASE has the supplier's own.",
    { nullable: true, max: 60 },
  )
  number: string | null

  @text(
    'The series whose next number a SALE takes: by default F for invoices and R for credit notes. ' +
      'Null for a PURCHASE or an external number.',
    { nullable: true, max: 10 },
  )
  series: string | null

  @flag('Whether a SALE keeps the number another system gave it, outside any order of ours.')
  external: boolean

  // Makes a number unique: our number of a SALE for ever, the supplier's of a PURCHASE until it is voided.
  @text('The number with what it is unique in.', { nullable: true, max: 120, hidden: true })
  numberKey: string | null

  @day('The day on the document: of a SALE the day it was authorised, of a PURCHASE the one its supplier wrote.', {
    nullable: true,
  })
  issuedOn: Day | null

  @day('The day it was authorised; it counts from then on.', { nullable: true })
  authorisedOn: Day | null

  @day('The day it was taken out of force.', { nullable: true })
  voidedOn: Day | null

  @day('Last day for payment, in the time zone of the organisation; null when none was agreed.', { nullable: true })
  dueOn: Day | null

  @reference(() => Invoice, 'The invoice that a credit note corrects.', { nullable: true })
  correctsId: string | null

  @decimal(4, 'Withholding tax (IRPF) in percent of the net; null for none.', { nullable: true })
  withholdingRate: bigint | null

  @money('Withholding tax, rounded once.')
  withholding: bigint

  @money('Net + tax − withholding.')
  payable: bigint

  @money('The payable amount in the base currency, converted once; null without a rate.', {
    currency: inBase,
    nullable: true,
  })
  payableBase: bigint | null

  @json('The name, tax id and address of the client as they were when it was authorised.', {
    nullable: true,
    hidden: true,
  })
  billedParty: BilledParty | null

  /** The day of the list that read it; amounts due are for that day. */
  asOf?: Day

  refuseUnlessDraft() {
    refuseState(this, 'Only a draft invoice can be changed or deleted; void an authorised one.', InvoiceState.DRAFT)
  }

  submit() {
    refuseState(this, 'Only a draft invoice can be submitted.', InvoiceState.DRAFT)
    this.state = InvoiceState.SUBMITTED
  }

  returnToDraft() {
    refuseState(this, 'Only a submitted invoice can go back to draft.', InvoiceState.SUBMITTED)
    this.state = InvoiceState.DRAFT
  }

  refuseUnlessSubmitted() {
    refuseState(this, 'Only a submitted invoice can be authorised.', InvoiceState.SUBMITTED)
  }

  /** Makes it final. `number` is the next of its series, or the one it brings. */
  authorise(number: string, on: Day, client: Client) {
    this.refuseUnlessSubmitted()
    const issuedOn = this.kind === InvoiceKind.SALE ? on : (this.issuedOn ?? on)
    refuseBefore(on, issuedOn, 'authorisedOn', 'the supplier issued it')
    const dueOn =
      this.dueOn ??
      (client.paymentTermsDays === null || this.type === InvoiceType.CREDIT_NOTE
        ? null
        : addDays(issuedOn, client.paymentTermsDays))
    if (dueOn && dueOn < issuedOn)
      throw new UserError(
        'DUE_BEFORE_ISSUE',
        `The invoice is due on ${dueOn}, before it is issued on ${issuedOn}; fix the due date while it is a draft.`,
        'dueOn',
      )
    Object.assign(this, {
      state: InvoiceState.AUTHORISED,
      number,
      authorisedOn: on,
      issuedOn,
      dueOn,
      billedParty: { legalName: client.legalName, taxId: client.taxId, address: { ...client.address } },
    })
    this.numberKey = this.keyOf(number)
  }

  void(on: Day) {
    refuseState(this, 'Only an authorised invoice can be voided.', InvoiceState.AUTHORISED)
    refuseBefore(on, this.authorisedOn, 'voidedOn', 'it was authorised')
    Object.assign(this, { state: InvoiceState.VOIDED, voidedOn: on })
    if (this.kind === InvoiceKind.PURCHASE) this.numberKey = null
  }

  keyOf(number: string): string {
    return this.kind === InvoiceKind.SALE ? `SALE ${number}` : `PURCHASE ${this.clientId} ${this.type} ${number}`
  }
}

@entity('invoice_lines', 'A line of an invoice.', { prefix: 'inl', permission: 'invoices:read', part: true })
@index(['organizationId', 'invoiceId', 'position'])
export class InvoiceLine extends DocumentLine {
  @reference(() => Invoice, 'The invoice it belongs to.', { hidden: true })
  invoiceId: string
}
