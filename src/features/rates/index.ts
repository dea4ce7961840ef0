import { documentChecks } from '../organizations/index.js'
import { registerImport } from '../imports/index.js'
import { exchangeRateImport } from './exchange-rate.import.js'
import { ExchangeRate } from './exchange-rate.js'
import { ExchangeRateResolver } from './exchange-rate.resolver.js'

export { ExchangeRate } from './exchange-rate.js'
export { createExchangeRate, updateExchangeRate } from './exchange-rate.commands.js'
export { keptRates, missingRate, moveRate, setWrittenRate, warnWithoutRate, type KeptRate } from './kept-rate.js'
export { hasOwnRate } from './kept-rate.js'
export { inBaseAt, rateOf, readRate, spelledRate } from './rate.js'
export { addRatedKind, withoutRate } from './rated-record.js'

documentChecks.push(scope => scope.exists(ExchangeRate))
registerImport(
  'EXCHANGE_RATE',
  'The rate of a currency on a day in each row; a rate that is there takes the new value.',
  exchangeRateImport,
)

export const resolvers = [ExchangeRateResolver]
