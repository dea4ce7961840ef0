import { Args, Ctx, Resolver } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { idArgument, input, mutation, query, reportMutation, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import {
  createExchangeRate,
  deleteExchangeRate,
  saveExchangeRates,
  updateExchangeRate,
} from './exchange-rate.commands.js'
import {
  CreateExchangeRateInput,
  FillRatesInput,
  FillRatesPayload,
  SaveExchangeRatesInput,
  SaveExchangeRatesPayload,
  SetRateInput,
  SetRatePayload,
  UpdateExchangeRateInput,
} from './exchange-rate.inputs.js'
import { ExchangeRate } from './exchange-rate.js'
import { fillRates, setRate } from './rated-record.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

const exchangeRateList = listOf(ExchangeRate, {
  filters: ['id', 'currency', 'day', 'rate', 'externalId', 'createdAt', 'updatedAt'],
  orders: { DAY: 'day', CURRENCY: 'currency', RATE: 'rate', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})

@Resolver(() => ExchangeRate)
export class ExchangeRateResolver {
  @query('member', () => ExchangeRate, 'One exchange rate that the organisation keeps.', { nullable: true })
  exchangeRate(@idArgument('exchange rate') id: string, @Ctx() ctx: Context) {
    return ctx.byId(ExchangeRate, id)
  }

  @query('member', () => exchangeRateList.Connection, 'The exchange rates that the organisation keeps.')
  exchangeRates(@Args(() => exchangeRateList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ExchangeRate, given)
  }

  @mutation(
    'admin',
    ExchangeRate,
    'Keep an exchange rate. Documents in its currency that lack a rate take it by `fillRates`.',
  )
  createExchangeRate(
    @input(() => CreateExchangeRateInput) given: CreateExchangeRateInput,
    @writeScope() scope: WriteScope,
  ) {
    return createExchangeRate(scope, given)
  }

  @mutation('admin', ExchangeRate, 'Fix an exchange rate; documents that took it keep the old value.')
  updateExchangeRate(
    @input(() => UpdateExchangeRateInput) given: UpdateExchangeRateInput,
    @writeScope() scope: WriteScope,
  ) {
    return updateExchangeRate(scope, given)
  }

  @mutation('admin', ExchangeRate, 'Delete an exchange rate; documents that took it keep its value.')
  deleteExchangeRate(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteExchangeRate(scope, given)
  }

  @reportMutation(
    'admin',
    SaveExchangeRatesPayload,
    'Keep many exchange rates at once, all or none. ' +
      'A rate whose currency and day are there already takes the new value.',
    { created: 0, changed: 0, unchanged: 0 },
  )
  saveExchangeRates(
    @input(() => SaveExchangeRatesInput) given: SaveExchangeRatesInput,
    @writeScope() scope: WriteScope,
  ) {
    return saveExchangeRates(scope, given)
  }

  // Who may write depends on the document: the command asks for it.
  @reportMutation(
    'member',
    SetRatePayload,
    'Give a rate to an invoice, payment, purchase order, quote or deal that has none, whatever its state. ' +
      'Needs the permission to write it. Its allocations and refunds are converted as well. ' +
      'A rate that is there never changes.',
    { document: null },
  )
  async setRate(@input(() => SetRateInput) given: SetRateInput, @writeScope() scope: WriteScope) {
    return { document: await setRate(scope, given) }
  }

  @reportMutation(
    'member',
    FillRatesPayload,
    'Give a kept rate to all documents that lack one and that the key may write. ' +
      'Each takes the rate of its day, or of the 7 days before.',
    { filled: 0, withoutRate: 0, more: false },
    { cost: { whole: 200 } },
  )
  fillRates(@input(() => FillRatesInput) given: FillRatesInput, @writeScope() scope: WriteScope) {
    return fillRates(scope, given)
  }
}
