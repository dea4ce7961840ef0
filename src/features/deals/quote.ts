import { choice, day, reference, text } from '../../model/field.js'
import { refuseBefore, refuseState } from '../../model/state.js'
import type { Day } from '../../lib/calendar.js'
import { UserError } from '../../lib/user-error.js'
import { Invoice } from '../invoicing/index.js'
import { DocumentLine, TotalledRow } from '../purchasing/index.js'
import { Deal } from './deal.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const QuoteState = choices('QuoteState', 'Where a quote is in its life.', {
  DRAFT: 'Being written; the only state in which it can be changed or deleted.',
  SENT: 'With the client, who has not answered yet.',
  EXPIRED: 'Sent, unanswered, and no longer valid; it can still be accepted, with a warning, or declined.',
  ACCEPTED: 'The client said yes; it can be invoiced.',
  DECLINED: 'The client said no, for good.',
  INVOICED: 'It became an invoice.',
})
export type QuoteState = keyof typeof QuoteState

@entity('quotes', 'An offer to a client, with its prices.', {
  prefix: 'quo',
  permission: 'deals:read',
  search: { title: 'number', codes: ['number', 'externalId'] },
  // It expires by itself.
  feed: {
    turned:
      "EXISTS (SELECT 1 FROM quotes q WHERE q.organization_id = :organization AND q.id = c.record_id AND q.state = 'SENT' AND q.valid_until >= :from AND q.valid_until < :to)",
  },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another quote has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'number'], {
  code: 'NUMBER_TAKEN',
  message: 'Another quote has this number; give another number or series.',
  field: 'number',
})
@index(['organizationId', 'invoiceId'], {
  code: 'INVOICE_TAKEN',
  message: 'Another quote already became this invoice.',
  field: 'invoiceId',
})
@index(['organizationId', 'clientId', 'id'])
@index(['organizationId', 'dealId', 'id'])
@index(['organizationId', 'sentOn', 'id'])
export class Quote extends TotalledRow {
  @reference(() => Deal, 'The deal it is for, of the same client.', { nullable: true })
  dealId: string | null

  @text(
    'Its number, given when it is first sent, without gaps within its series and year; or the number that ' +
      'another system gave it.',
    { nullable: true, max: 60 },
  )
  number: string | null

  @text(
    'The series whose next number it takes: Q unless chosen; null for a number of another system, outside any ' +
      'order of ours.',
    { nullable: true, max: 10 },
  )
  series: string | null

  // EXPIRED is never stored: it follows from the day; see `stateOn`.
  @choice(
    QuoteState,
    'Where it is in its life; EXPIRED follows from `validUntil` and today in the time zone of the organisation.',
  )
  state: QuoteState

  @day('The last day on which the client can accept it; null when it has none.', { nullable: true })
  validUntil: Day | null

  @day('The day it was sent.', { nullable: true })
  sentOn: Day | null

  @day('The day the client accepted it.', { nullable: true })
  acceptedOn: Day | null

  @day('The day the client declined it.', { nullable: true })
  declinedOn: Day | null

  @reference(() => Invoice, 'The invoice it became; null while it is none, and again when that is voided or deleted.', {
    nullable: true,
  })
  invoiceId: string | null

  /** The day of the list it was read in. */
  asOf?: Day

  stateOn(day: Day): QuoteState {
    return this.state === QuoteState.SENT && this.isExpired(day) ? QuoteState.EXPIRED : this.state
  }

  isExpired(on: Day): boolean {
    return this.validUntil !== null && this.validUntil < on
  }

  refuseUnlessDraft() {
    refuseState(this, 'Only a draft quote can be changed or deleted.', QuoteState.DRAFT)
  }

  /** `number` is the next of its series, or the one it has from an earlier time or another system. */
  send(number: string, on: Day) {
    refuseState(this, 'Only a draft quote can be sent.', QuoteState.DRAFT)
    if (this.isExpired(on))
      throw new UserError(
        'VALIDITY_BEFORE_SENDING',
        `The quote is valid until ${this.validUntil}, which is before ${on}, when it is sent; change validUntil first.`,
        'validUntil',
      )
    Object.assign(this, { state: QuoteState.SENT, number, sentOn: on })
  }

  returnToDraft(on: Day) {
    refuseState(this, 'Only a sent quote that the client has not answered can go back to draft.', QuoteState.SENT)
    refuseBefore(on, this.sentOn, 'on', 'it was sent')
    Object.assign(this, { state: QuoteState.DRAFT, sentOn: null })
  }

  accept(on: Day) {
    refuseState(this, 'Only a sent quote can be accepted.', QuoteState.SENT)
    refuseBefore(on, this.sentOn, 'acceptedOn', 'it was sent')
    Object.assign(this, { state: QuoteState.ACCEPTED, acceptedOn: on })
  }

  decline(on: Day) {
    refuseState(this, 'Only a sent quote can be declined.', QuoteState.SENT)
    refuseBefore(on, this.sentOn, 'declinedOn', 'it was sent')
    Object.assign(this, { state: QuoteState.DECLINED, declinedOn: on })
  }

  refuseUnlessAccepted() {
    refuseState(this, 'Only an accepted quote can be invoiced.', QuoteState.ACCEPTED)
  }

  becomeInvoice(invoice: Invoice) {
    this.refuseUnlessAccepted()
    Object.assign(this, { state: QuoteState.INVOICED, invoiceId: invoice.id })
  }

  /** Its invoice counts no more: it can be invoiced again. */
  release() {
    Object.assign(this, { state: QuoteState.ACCEPTED, invoiceId: null })
  }
}

@entity('quote_lines', 'A line of a quote.', { prefix: 'qul', permission: 'deals:read', part: true })
@index(['organizationId', 'quoteId', 'position'])
export class QuoteLine extends DocumentLine {
  @reference(() => Quote, 'The quote it belongs to.', { hidden: true })
  quoteId: string
}
