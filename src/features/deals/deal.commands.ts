import { counted } from '../../lib/article.js'
import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { transition } from '../../database/scope/transition.js'
import { dayIn, type Day } from '../../lib/calendar.js'
import { fold } from '../../lib/fold.js'
import { decimalsOf, formatMoney } from '../../lib/money.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { read } from '../purchasing/index.js'
import { inBaseAt, setWrittenRate, warnWithoutRate } from '../rates/index.js'
import { DealStage, StageCategory } from './deal-stage.js'
import { Deal } from './deal.js'
import type { CreateDealInput, MoveDealInput, UpdateDealInput } from './deal.inputs.js'
import { inPipelineOrder } from './deal.queries.js'
import { Quote } from './quote.js'

export async function createDeal(scope: WriteScope, { clientId, stageId, ...given }: CreateDealInput): Promise<Deal> {
  const client = await scope.get(Client, clientId)
  client.acceptNew('deals')
  const stage = await scope.take(DealStage, stageId ?? (await firstOpenStage(scope)).id) // held: it keeps its category until the deal is there
  const { id, category } = stage
  const deal = scope.make(Deal, {
    clientId,
    stageId: id,
    category,
    closedOn: category === StageCategory.OPEN ? null : scope.today,
  })
  await setFields(
    scope,
    deal,
    {
      ...given,
      probability: given.probability ?? 50,
      currency: given.currency ?? client.currency ?? scope.organization.baseCurrency,
    },
    scope.today,
  )
  warnWithoutRate(scope, deal, scope.today)
  return scope.add(deal)
}

export async function updateDeal(scope: WriteScope, { id, version, ...given }: UpdateDealInput): Promise<Deal> {
  const deal = await scope.take(Deal, id, version)
  return scope.change(await setFields(scope, deal, given, dayOfDeal(deal, scope)))
}

export async function moveDeal(scope: WriteScope, { stageId, ...given }: MoveDealInput): Promise<Deal> {
  const stage = await scope.take(DealStage, stageId) // before the deal, as whoever removes a stage does
  return transition(scope, Deal, given, { day: 'on' }, (deal, on) => ({ verb: deal.move(stage, on) }))
}

export async function deleteDeal(scope: WriteScope, { id, version }: RecordVersion): Promise<Deal> {
  const deal = await scope.take(Deal, id, version)
  const quotes = await scope.count(Quote, { sql: 't.dealId = :id', parameters: { id } })
  if (quotes > 0)
    throw new UserError(
      'DEAL_IN_USE',
      `${deal.title} still has ${counted(quotes, 'quotes')}; move it to a lost stage instead.`,
      'id',
    )
  await scope.remove(deal)
  return deal
}

/** The day whose rate it takes: the one it was made. */
export const dayOfDeal = ({ createdAt }: Deal, { organization }: ReadScope): Day =>
  dayIn(organization.timeZone, createdAt)

type DealFields = Omit<UpdateDealInput, keyof RecordVersion>

async function setFields(
  scope: WriteScope,
  deal: Deal,
  { currency, rate, value, ...given }: DealFields,
  on: Day,
): Promise<Deal> {
  assignGiven(deal, given)
  deal.titleFolded = fold(deal.title)
  if (value === null) throw new UserError('REQUIRED', 'value cannot be cleared; set it to 0 instead.', 'value')
  const amount = value ?? formatMoney(deal.value, deal.currency)
  const currencyBefore = deal.currency
  if (currency) deal.currency = currency
  await setWrittenRate(scope, deal, { rate, currencyBefore, on })
  deal.value = read(amount, decimalsOf(deal.currency), 'value')
  if (deal.value < 0n) throw new UserError('VALUE_INVALID', 'The value of a deal must be 0 or more.', 'value')
  convertDeal(scope, deal)
  if (deal.probability < 0 || deal.probability > 100)
    throw new UserError(
      'PROBABILITY_INVALID',
      `probability is ${deal.probability}; it must be 0 to 100 percent.`,
      'probability',
    )
  return deal
}

export function convertDeal({ organization: { baseCurrency } }: WriteScope, deal: Deal) {
  deal.valueBase = inBaseAt(deal.rate, deal.value, deal.currency, baseCurrency)
}

async function firstOpenStage(scope: WriteScope): Promise<DealStage> {
  const [first] = inPipelineOrder(
    await scope.list(DealStage, { sql: 't.category = :open', parameters: { open: StageCategory.OPEN } }),
  )
  if (!first) throw new Error('The pipeline has no open stage.')
  return first
}
