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
export { clientReference } from './client.import.reference.js'
export { formerClients, type ClientIds, type FormerClient } from './former-clients.js'
export { isSubject, writableSubject, writableSubjectOf } from './subject.js'
export { ClientArguments, clientPage } from './client.resolver.js'
import { registerImport } from '../imports/index.js'
import { clientImport } from './client.import.js'
import { contactImport } from './contact.import.js'
import { ClientResolver, ContactResolver, UserClientsResolver } from './client.resolver.js'

registerImport('CLIENT', 'A client in each row, with a contact where the row has one.', clientImport)
registerImport('CONTACT', 'A contact in each row, of the client that its tax id or external id names.', contactImport)

export const resolvers = [ClientResolver, ContactResolver, UserClientsResolver]
