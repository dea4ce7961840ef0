import type { ReadScope } from '../../database/scope/write-scope.js'
import { clientReference } from '../clients/index.js'
import { choiceOf, field, recordImport, type RowReader } from '../imports/index.js'
import {
  checkTotals,
  documentFields,
  lineFields,
  readDocument,
  readLine,
  existingLines,
  existingMoney,
  type DocumentValues,
} from '../purchasing/index.js'
import { Deal } from './deal.js'
import { acceptQuote, createQuote, declineQuote, sendQuote } from './quote.commands.js'
import { Quote, QuoteLine, type QuoteState } from './quote.js'

const quoteState = choiceOf<QuoteState>({
  DRAFT: ['esborrany', 'borrador'],
  SENT: ['enviat', 'enviada', 'enviado', 'pendent', 'pendiente', 'pending', 'open'],
  EXPIRED: ['caducat', 'caducada', 'caducado', 'vençut', 'vençuda', 'vencido', 'vencida'],
  ACCEPTED: ['acceptat', 'acceptada', 'aceptado', 'aceptada', 'aprovat', 'aprobado', 'approved'],
  DECLINED: ['rebutjat', 'rebutjada', 'refusat', 'rechazado', 'rechazada', 'rejected', 'refused'],
  INVOICED: ['facturat', 'facturada', 'facturado'],
})

interface QuoteValues extends DocumentValues {
  number?: string | null
  /** The text of its cell. */
  deal?: string | null
  dealId?: string
  state?: QuoteState
  sentOn?: string | null
  validUntil?: string | null
  acceptedOn?: string | null
  declinedOn?: string | null
}

type QuoteReader = RowReader<Quote, QuoteValues>

export const quoteImport = recordImport<Quote, QuoteValues>({
  type: Quote,
  noun: 'quote',
  externalIdHeaders: ['id pressupost', 'id presupuesto', 'quote id'],
  owner: clientReference,
  fields: [
    {
      ...field('number', 'The number that another system gave it and that it keeps; needed but for a draft.', [
        'número',
        'núm',
        'num',
        'número de pressupost',
        'número de presupuesto',
        'pressupost',
        'presupuesto',
        'oferta',
        'quote number',
        'quote',
        'offer',
        'no',
      ]),
      identity: true,
    },
    field('deal', 'The external id of the deal it is for, of the same client.', [
      'dealId',
      'oportunitat',
      'oportunidad',
      'id oportunitat',
      'id oportunidad',
      'opportunity',
      'opportunity id',
      'deal external id',
    ]),
    field(
      'state',
      'DRAFT, SENT, ACCEPTED or DECLINED, also in Catalan or Spanish; SENT where empty. ' +
        'EXPIRED is SENT: the day until which it is valid tells.',
      ['estat', 'estado', 'status'],
    ),
    field('sentOn', 'The day it was sent; needed but for a draft.', [
      'data',
      'fecha',
      'data de pressupost',
      'fecha de presupuesto',
      'data d’enviament',
      'fecha de envío',
      'enviat el',
      'enviado el',
      'date',
      'quote date',
      'sent on',
      'sent',
    ]),
    field('validUntil', 'The last day on which the client can accept it.', [
      'vàlid fins',
      'vàlid fins a',
      'válido hasta',
      'validesa',
      'validez',
      'data de validesa',
      'fecha de validez',
      'venciment',
      'vencimiento',
      'caducitat',
      'caducidad',
      'valid until',
      'expires',
      'expires on',
      'expiry date',
    ]),
    field('acceptedOn', 'The day the client accepted it; needed where it did.', [
      'acceptat el',
      'acceptada el',
      'data d’acceptació',
      'aceptado el',
      'aceptada el',
      'fecha de aceptación',
      'accepted on',
      'accepted',
    ]),
    field('declinedOn', 'The day the client declined it; needed where it did.', [
      'rebutjat el',
      'rebutjada el',
      'data de rebuig',
      'rechazado el',
      'rechazada el',
      'fecha de rechazo',
      'declined on',
      'declined',
      'rejected on',
    ]),
    ...documentFields,
    ...lineFields,
  ],
  read(row) {
    for (const name of ['number', 'deal'] as const) row.take(name)
    for (const name of ['sentOn', 'validUntil', 'acceptedOn', 'declinedOn'] as const) row.take(name, row.day)
    row.take('state', quoteState)
    if (row.values.state === 'INVOICED')
      row.refuseNew(
        'QUOTE_INVOICED',
        'An invoiced quote cannot be imported, since nothing links it with its invoice: give ACCEPTED, and ' +
          'import the invoice with the invoices.',
        'state',
      )
    if (row.values.state === 'EXPIRED') {
      row.values.state = 'SENT'
      if (!row.values.validUntil && !row.failed)
        row.refuseNew('DATE_REQUIRED', 'An expired quote needs the last day on which it was valid.', 'validUntil')
    }
    const { state = 'SENT', number } = row.values
    if (state !== 'DRAFT' && !number && !row.failed)
      row.refuseNew(
        'NUMBER_REQUIRED',
        'A quote that was sent needs the number it has; without one it is a DRAFT, and gets one of our series ' +
          'when it is sent.',
        'number',
      )
    row.needsDay('sentOn', state !== 'DRAFT', ['SENT', 'ACCEPTED', 'DECLINED'])
    row.needsDay('acceptedOn', state === 'ACCEPTED', ['ACCEPTED'])
    row.needsDay('declinedOn', state === 'DECLINED', ['DECLINED'])
    readDocument(row)
  },
  line: readLine,
  /** Removes the document with its lines, unless something refers to it. An imported number leaves no gap in ours. */
  async remove(scope, quote) {
    await scope.removeParts(QuoteLine, 'quoteId', quote.id)
    await scope.remove(quote)
  },
  calledIn: { externalNumber: 'number' },
  numbered: {
    field: 'number',
    keyOf: ({ number }) => number ?? null,
    keyOfRecord: ({ number }) => number ?? '',
    with: [],
  },
  async refer(scope, rows) {
    await findDeals(scope, rows)
    rows.forEach(warnOfExpired)
    await checkTotals(scope, rows, 'total')
  },
  async existingValues(scope, records) {
    const lines = await existingLines(
      records,
      ids => scope.list(QuoteLine, { sql: 't.quoteId IN (:...ids)', parameters: { ids } }),
      ({ quoteId }) => quoteId,
    )
    return new Map(
      records.map(
        ({ id, number, dealId, state, sentOn, validUntil, acceptedOn, declinedOn, currency, rate, total }) => [
          id,
          {
            number,
            dealId,
            state,
            sentOn,
            validUntil,
            acceptedOn,
            declinedOn,
            ...existingMoney(currency, rate, total),
            lines: lines.get(id) ?? [],
          },
        ],
      ),
    )
  },
  title: ({ number, externalId }) => number ?? externalId ?? null,
  async create(scope, values) {
    const { number, state = 'SENT', sentOn, acceptedOn, declinedOn } = values
    const { clientId, externalId, dealId, validUntil, currency, rate, lines } = values
    let quote = await createQuote(scope, {
      clientId,
      externalId,
      externalNumber: number,
      dealId,
      validUntil,
      currency,
      rate,
      lines,
    })
    const at = () => ({ id: quote.id, version: quote.version })
    if (state === 'DRAFT') return quote
    quote = await sendQuote(scope, { ...at(), sentOn })
    if (state === 'ACCEPTED') return acceptQuote(scope, { ...at(), acceptedOn }, false)
    return state === 'DECLINED' ? declineQuote(scope, { ...at(), declinedOn }) : quote
  },
})

async function findDeals(scope: ReadScope, rows: readonly QuoteReader[]) {
  const named = [...new Set(rows.flatMap(({ values: { deal } }) => deal ?? []))]
  const deals = new Map(
    (named.length === 0
      ? []
      : await scope.list(Deal, { sql: 't.externalId IN (:...named) OR t.id IN (:...named)', parameters: { named } })
    ).flatMap(
      deal =>
        [
          [deal.id, deal],
          [deal.externalId, deal],
        ] as const,
    ),
  )
  for (const row of rows) {
    const { deal: name, clientId } = row.values
    if (typeof name !== 'string') continue
    const deal = deals.get(name)
    if (!deal) row.refuse('DEAL_UNKNOWN', `No deal has the external id ${name}; import the deals first.`, 'deal')
    else if (deal.clientId !== clientId)
      row.refuse(
        'DEAL_OF_ANOTHER_CLIENT',
        `${deal.title} is a deal with another client; name one with this client.`,
        'deal',
      )
    else row.values.dealId = deal.id
  }
}

/** Warns of a quote that was accepted after its last day, as accepting it by hand does. */
function warnOfExpired(row: QuoteReader) {
  const { validUntil, acceptedOn } = row.values
  if (row.failed || row.isKnownById || !validUntil || !acceptedOn || acceptedOn <= validUntil) return
  row.warn(
    'QUOTE_EXPIRED',
    `The quote was valid until ${validUntil}, and was accepted on ${acceptedOn}; check both days.`,
    'acceptedOn',
  )
}
