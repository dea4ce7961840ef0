export { Client, Address, longestNotes, mostTags } from './client.js'
export { clientName } from './client.computed.js'
export { CreateClientInput } from './client.inputs.js'
export { Contact } from './contact.js'
export {
  cleanTags,
  clientRecords,
  createClient,
  createContact,
  deleteClient,
  deleteContact,
  updateContact,
} from './client.commands.js'
export { isSubject, writableSubject, writableSubjectOf } from './subject.js'
export { ClientArguments, clientPage } from './client.resolver.js'
import { ClientResolver, ContactResolver, UserClientsResolver } from './client.resolver.js'

export const resolvers = [ClientResolver, ContactResolver, UserClientsResolver]
