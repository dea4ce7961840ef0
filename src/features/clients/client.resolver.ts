import { Args, ArgsType, Ctx, Field, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { archive, unarchive } from '../../database/scope/archive.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { bulkMutation, extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { Archived, archivedCondition, RecordVersion } from '../../graphql/record-input.js'
import { User } from '../access/index.js'
import { Client } from './client.js'
import {
  createClient,
  createContact,
  deleteClient,
  deleteContact,
  updateClient,
  updateContact,
} from './client.commands.js'
import { archiveClients, assignClients, tagClients, unarchiveClients } from './client.bulk.js'
import {
  AssignClientsInput,
  BulkClientsInput,
  CreateClientInput,
  CreateContactInput,
  TagClientsInput,
  UpdateClientInput,
  UpdateContactInput,
} from './client.inputs.js'
import { clientName, clientFields } from './client.computed.js'
import { Contact } from './contact.js'
import { listOf, withDay, type ListArguments } from '../../graphql/list.js'

const clientList = listOf(Client, {
  savedViews: true,
  computed: clientFields,
  filters: [
    'id',
    'legalName',
    'tradeName',
    'taxIdPresent',
    'taxIdCountry',
    'taxIdNumber',
    'email',
    'phone',
    'country',
    'city',
    'postalCode',
    'currency',
    'paymentTermsDays',
    'language',
    'tags',
    'ownerId',
    'ownerName',
    'externalId',
    'archivedAt',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    LEGAL_NAME: 'legalName',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
    TAX_ID: 'taxId',
    TAGS: 'tagList',
    OWNER_NAME: 'ownerName',
    COUNTRY: 'country',
    CITY: 'city',
    ARCHIVED_AT: 'archivedAt',
  },
})
const contactList = listOf(Contact, {
  computed: [clientName],
  filters: [
    'id',
    'clientId',
    'clientName',
    'name',
    'role',
    'email',
    'phone',
    'primary',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { NAME: 'name', CLIENT_NAME: 'clientName', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
})

@ArgsType()
export class ClientArguments extends withDay(clientList.Arguments) {
  @Field(() => Archived, { defaultValue: Archived.EXCLUDE, description: 'Whether archived clients are listed.' })
  archived: Archived
}

export const clientPage = (ctx: Context, given: ClientArguments) =>
  ctx.page(Client, given, { conditions: archivedCondition(given.archived), dated: true })

@Resolver(() => Client)
export class ClientResolver {
  @query('clients:read', () => Client, 'One client.', { nullable: true })
  client(@idArgument('client') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Client, id)
  }

  @query('clients:read', () => clientList.Connection, 'The clients of the organisation.')
  clients(@Args(() => ClientArguments) given: ClientArguments, @Ctx() ctx: Context) {
    return clientPage(ctx, given)
  }

  @extension('clients:read', () => contactList.Connection, 'The people at the client.', { reads: ['id'] })
  contacts(@Root() client: Client, @Args(() => contactList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Contact, given, { parent: { by: 'clientId', id: client.id } })
  }

  @mutation('clients:write', Client, 'Add a client.')
  createClient(@input(() => CreateClientInput) given: CreateClientInput, @writeScope() scope: WriteScope) {
    return createClient(scope, given)
  }

  @mutation('clients:write', Client, 'Change a client.')
  updateClient(@input(() => UpdateClientInput) given: UpdateClientInput, @writeScope() scope: WriteScope) {
    return updateClient(scope, given)
  }

  @mutation(
    'clients:write',
    Client,
    'Take a client off lists and pickers; it takes no new documents, and its figures still count.',
  )
  archiveClient(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return archive(scope, Client, given)
  }

  @mutation('clients:write', Client, 'Bring an archived client back.')
  unarchiveClient(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return unarchive(scope, Client, given)
  }

  @bulkMutation('clients:write', Client, 'Archive up to 200 clients. Where one cannot be archived, none is.')
  archiveClients(@input(() => BulkClientsInput) given: BulkClientsInput, @writeScope() scope: WriteScope) {
    return archiveClients(scope, given)
  }

  @bulkMutation(
    'clients:write',
    Client,
    'Bring up to 200 archived clients back. Where one cannot be brought back, none is.',
  )
  unarchiveClients(@input(() => BulkClientsInput) given: BulkClientsInput, @writeScope() scope: WriteScope) {
    return unarchiveClients(scope, given)
  }

  @bulkMutation(
    'clients:write',
    Client,
    'Put tags on up to 200 clients and take tags off them. Where one cannot be changed, none is.',
  )
  tagClients(@input(() => TagClientsInput) given: TagClientsInput, @writeScope() scope: WriteScope) {
    return tagClients(scope, given)
  }

  @bulkMutation(
    'clients:write',
    Client,
    'Give up to 200 clients to the user who looks after them from now on. Where one cannot be changed, none is.',
  )
  assignClients(@input(() => AssignClientsInput) given: AssignClientsInput, @writeScope() scope: WriteScope) {
    return assignClients(scope, given)
  }

  @mutation('clients:write', Client, 'Delete a client on which nothing hangs; archive it otherwise.')
  deleteClient(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteClient(scope, given)
  }
}

@Resolver(() => User)
export class UserClientsResolver {
  @extension('clients:read', () => clientList.Connection, 'The clients the person looks after.')
  ownedClients(@Root() user: User, @Args(() => ClientArguments) given: ClientArguments, @Ctx() ctx: Context) {
    return ctx.page(Client, given, {
      parent: { by: 'ownerId', id: user.id },
      conditions: archivedCondition(given.archived),
      dated: true,
    })
  }
}

@Resolver(() => Contact)
export class ContactResolver {
  @query('clients:read', () => Contact, 'One contact.', { nullable: true })
  contact(@idArgument('contact') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Contact, id)
  }

  @query('clients:read', () => contactList.Connection, 'The contacts of all clients.')
  contacts(@Args(() => contactList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Contact, given)
  }

  @mutation('clients:write', Contact, 'Add a person to a client.')
  createContact(@input(() => CreateContactInput) given: CreateContactInput, @writeScope() scope: WriteScope) {
    return createContact(scope, given)
  }

  @mutation('clients:write', Contact, 'Change a contact.')
  updateContact(@input(() => UpdateContactInput) given: UpdateContactInput, @writeScope() scope: WriteScope) {
    return updateContact(scope, given)
  }

  @mutation('clients:write', Contact, 'Delete a contact.')
  deleteContact(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteContact(scope, given)
  }
}
