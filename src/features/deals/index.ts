import { clientRecords } from '../clients/index.js'
import { registerFigures } from '../figures/index.js'
import { documentChecks, organizationSetup } from '../organizations/index.js'
import { registerImport } from '../imports/index.js'
import { convertTotalled } from '../purchasing/index.js'
import { addRatedKind } from '../rates/index.js'
import { DealBoardResolver } from './deal-board.js'
import { ClientDealsResolver, DealResolver, DealStageResolver, UserDealsResolver } from './deal.resolver.js'
import { addPipeline } from './deal-stage.commands.js'
import { convertDeal, dayOfDeal } from './deal.commands.js'
import { dealImport } from './deal.import.js'
import { quoteImport } from './quote.import.js'
import { Deal } from './deal.js'
import { dealFigures, DealGroupResolver, DealsBlockResolver } from './deal.figures.js'
import { quoteFigures, QuotesBlockResolver, QuoteStateGroupResolver } from './quote.figures.js'
import { Quote } from './quote.js'
import { ClientQuotesResolver, DealQuotesResolver, InvoiceQuoteResolver, QuoteResolver } from './quote.resolver.js'

export { DealStage, StageCategory } from './deal-stage.js'
export { Deal } from './deal.js'
export { createDeal, moveDeal } from './deal.commands.js'
export { dealGroups, inPipelineOrder, weightScale, type DealGroup } from './deal.queries.js'
export { acceptQuote, createQuote, declineQuote, sendQuote } from './quote.commands.js'
export { Quote, QuoteLine, QuoteState } from './quote.js'

clientRecords.push(
  () => Deal,
  () => Quote,
)
registerFigures(dealFigures)
registerFigures(quoteFigures)
addRatedKind({
  type: Quote,
  dayOf: ({ sentOn }, { today }) => sentOn ?? today,
  convert: async (scope, quote) => {
    convertTotalled(scope, quote)
  },
})
addRatedKind({
  type: Deal,
  dayOf: dayOfDeal,
  convert: async (scope, deal) => {
    convertDeal(scope, deal)
  },
})
organizationSetup.push((scope, { language }) => addPipeline(scope, language))
documentChecks.push(
  scope => scope.exists(Deal),
  scope => scope.exists(Quote),
)
registerImport('DEAL', 'A deal in each row.', dealImport)
registerImport(
  'QUOTE',
  'A line of a quote in each row; rows that stand together and have one external id are one quote. It keeps its number, outside our series.',
  quoteImport,
)

export const resolvers = [
  DealStageResolver,
  DealResolver,
  DealBoardResolver,
  QuoteResolver,
  ClientDealsResolver,
  UserDealsResolver,
  DealQuotesResolver,
  ClientQuotesResolver,
  InvoiceQuoteResolver,
  DealsBlockResolver,
  DealGroupResolver,
  QuotesBlockResolver,
  QuoteStateGroupResolver,
]
