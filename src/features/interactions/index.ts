import { clientRecords } from '../clients/index.js'
import { Interaction } from './interaction.js'
import { ClientInteractionsResolver, InteractionResolver } from './interaction.resolver.js'

export { Interaction, InteractionKind } from './interaction.js'

clientRecords.push(() => Interaction)

export const resolvers = [InteractionResolver, ClientInteractionsResolver]
