import { formatDecimal, shortest } from '../../lib/decimal.js'
import { fold } from '../../lib/fold.js'
import { formatMoney, RATE_PLACES } from '../../lib/money.js'
import { clientReference } from '../clients/index.js'
import { currencyOf, findUsers, percentOf, recordImport, type RecordValues } from '../imports/index.js'
import { DealStage } from './deal-stage.js'
import { createDeal, moveDeal } from './deal.commands.js'
import { Deal } from './deal.js'

interface DealValues extends RecordValues {
  clientId: string
  title: string
  value: string
  currency?: string | null
  rate?: string | null
  probability?: number
  /** The text of its cell. */
  stage?: string | null
  stageId?: string
  expectedCloseOn?: string | null
  closedOn?: string | null
  owner?: string | null
  ownerId?: string
}

export const dealImport = recordImport<Deal, DealValues>({
  type: Deal,
  noun: 'deal',
  externalIdHeaders: [
    'id oportunitat',
    'id oportunidad',
    'deal id',
    'opportunity id',
    'referència',
    'referencia',
    'reference',
  ],
  owner: clientReference,
  fields: [
    {
      name: 'title',
      required: true,
      description: 'Its title.',
      headers: [
        'title',
        'títol',
        'título',
        'oportunitat',
        'oportunidad',
        'deal',
        'opportunity',
        'nom',
        'nombre',
        'name',
      ],
    },
    {
      name: 'value',
      required: true,
      holds: 'NUMBER',
      description: 'Its value if it is won, in major units.',
      headers: ['value', 'valor', 'import', 'importe', 'amount'],
    },
    {
      name: 'currency',
      description: "Its currency; the client's, else the base currency, where empty.",
      headers: ['currency', 'moneda', 'divisa'],
    },
    {
      name: 'rate',
      holds: 'NUMBER',
      description: 'Base units for one unit of its currency.',
      headers: ['rate', 'tipus de canvi', 'tipo de cambio', 'exchange rate'],
    },
    {
      name: 'probability',
      holds: 'PERCENTAGE',
      description: 'How likely it is to be won, in whole percent; 50 where empty.',
      headers: ['probability', 'probabilitat', 'probabilidad'],
    },
    {
      name: 'stage',
      description: 'A stage of the pipeline, by its name; the first open one where empty.',
      headers: ['stage', 'stageId', 'etapa', 'fase', 'estat', 'estado', 'status'],
    },
    {
      name: 'expectedCloseOn',
      description: 'The day it is expected to be won or lost.',
      headers: ['expectedCloseOn', 'tancament previst', 'cierre previsto', 'expected close', 'close date'],
    },
    {
      name: 'closedOn',
      description: 'The day it was won or lost; needed where its stage says that it was.',
      headers: ['closedOn', 'tancada el', 'cerrada el', 'closed on'],
    },
    {
      name: 'owner',
      description: 'The user who works on it, by e-mail address or full name.',
      headers: ['owner', 'ownerId', 'responsable', 'comercial', 'assignada a', 'asignada a', 'sales rep'],
    },
  ],
  read(row) {
    row.need('title', 'DEAL_TITLE_REQUIRED', 'A deal needs a title.')
    for (const field of ['value', 'rate'] as const) row.takeDecimal(field)
    if (row.lacks('value')) row.refuseNew('VALUE_REQUIRED', 'A deal needs its value; 0 where it is not known.', 'value')
    row.take('currency', currencyOf)
    row.takeDecimal('probability', percentOf)
    for (const field of ['expectedCloseOn', 'closedOn'] as const) row.take(field, row.day)
    for (const field of ['stage', 'owner'] as const) row.take(field)
  },
  async refer(scope, rows) {
    await findUsers(scope, rows, 'owner')
    const stages = await scope.list(DealStage)
    for (const row of rows) {
      const { stage: name, closedOn } = row.values
      const stage =
        typeof name === 'string' ? stages.find(each => fold(each.name) === fold(name) || each.id === name) : undefined
      if (typeof name === 'string' && !stage)
        row.refuse(
          'STAGE_UNKNOWN',
          `The pipeline has no stage ${name}; it has ${stages.map(each => each.name).join(', ')}.`,
          'stage',
        )
      else if (stage && stage.category !== 'OPEN' && !closedOn)
        row.refuseNew('DATE_REQUIRED', `The stage ${stage.name} needs the day on which it was won or lost.`, 'closedOn')
      else if ((!stage || stage.category === 'OPEN') && closedOn)
        row.refuseNew(
          'STATE_MISSING',
          'closedOn says a day, but its stage is not one of won or lost deals.',
          'closedOn',
        )
      else if (stage) row.values.stageId = stage.id
    }
  },
  existingValues: async (_scope, records) =>
    new Map(
      records.map(({ id, title, value, currency, rate, probability, stageId, expectedCloseOn, closedOn, ownerId }) => [
        id,
        {
          title,
          value: shortest(formatMoney(value, currency)),
          currency,
          rate: rate === null ? null : shortest(formatDecimal(rate, RATE_PLACES)),
          probability,
          stageId,
          expectedCloseOn,
          closedOn,
          ownerId,
        },
      ]),
    ),
  title: ({ title }) => title ?? null,
  calledIn: { on: 'closedOn' },
  async create(scope, values) {
    const { stageId, closedOn } = values
    const { clientId, externalId, title, value, currency, rate, probability, expectedCloseOn, ownerId } = values
    const deal = await createDeal(scope, {
      clientId,
      externalId,
      title,
      value,
      currency,
      rate,
      probability,
      expectedCloseOn,
      ownerId,
      ...(closedOn === undefined && stageId ? { stageId } : {}),
    })
    return closedOn !== undefined && stageId
      ? moveDeal(scope, { id: deal.id, version: deal.version, stageId, on: closedOn })
      : deal
  },
})
