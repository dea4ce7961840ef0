import { Field, ID, InputType, Int } from 'type-graphql'
import { RecordVersion } from '../../graphql/record-input.js'
import { CountryCode, CurrencyCode, EmailAddress, Url } from '../../model/scalars.js'
import { Language } from '../organizations/index.js'

@InputType({ description: 'A postal address; it replaces the whole of the old one.' })
export class AddressInput {
  @Field(() => String, { description: 'Street and number.' })
  line1: string

  @Field(() => String, { nullable: true, description: 'Floor, door, building.' })
  line2?: string | null

  @Field(() => String, { nullable: true, description: 'Postal code, as text: leading zeros count.' })
  postalCode?: string | null

  @Field(() => String, { description: 'City or town.' })
  city: string

  @Field(() => String, { nullable: true, description: 'Province, state or region.' })
  region?: string | null

  @Field(() => CountryCode, { nullable: true, description: 'Country; the one of the organisation, if left out.' })
  country?: string | null
}

@InputType({ description: 'Fields of a client that may be left out.' })
export abstract class ClientFields {
  @Field(() => String, { nullable: true, description: 'Name it trades under.' })
  tradeName?: string | null

  @Field(() => String, { nullable: true, description: 'The tax id (a NIF in Spain), in any usual spelling.' })
  taxId?: string | null

  @Field(() => CountryCode, {
    nullable: true,
    description: "The country of the tax id; by default that of the tax id's prefix, else of the address.",
  })
  taxIdCountry?: string | null

  @Field(() => EmailAddress, { nullable: true, description: 'E-mail address of the business.' })
  email?: string | null

  @Field(() => String, { nullable: true, description: 'Telephone, as it is dialled.' })
  phone?: string | null

  @Field(() => Url, { nullable: true, description: 'Web address.' })
  website?: string | null

  @Field(() => CurrencyCode, { nullable: true, description: 'The currency its documents take when none is given.' })
  currency?: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'Days from the date of issue to the last day for payment, 0 to 365.',
  })
  paymentTermsDays?: number | null

  @Field(() => [String], { nullable: true, description: 'Free labels, at most 50 of at most 50 characters.' })
  tags?: string[] | null

  @Field(() => String, { nullable: true, description: 'Notes for colleagues, at most 10,000 characters.' })
  notes?: string | null

  @Field(() => ID, { nullable: true, description: 'The user who looks after the client.' })
  ownerId?: string | null

  @Field(() => Language, { nullable: true, description: 'The language to write to it in.' })
  language?: Language | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new client.' })
export class CreateClientInput extends ClientFields {
  @Field(() => String, { description: 'Name in law.' })
  legalName: string

  @Field(() => AddressInput, { description: 'Where it has its seat.' })
  address: AddressInput
}

@InputType({ description: 'The changes to a client. A field that is left out stays; null clears it.' })
export class UpdateClientInput extends ClientFields {
  @Field(() => ID, { description: 'The id of the client.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Name in law.' })
  legalName?: string

  @Field(() => AddressInput, { nullable: true, description: 'Where it has its seat.' })
  address?: AddressInput
}

@InputType({ description: 'Fields of a contact that may be left out.' })
export abstract class ContactFields {
  @Field(() => String, { nullable: true, description: 'The role of the person there.' })
  role?: string | null

  @Field(() => EmailAddress, { nullable: true, description: 'E-mail address.' })
  email?: string | null

  @Field(() => String, { nullable: true, description: 'Telephone, as it is dialled.' })
  phone?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True makes this the primary contact in place of the one before. ' +
      'The first contact of a client is always primary.',
  })
  primary?: boolean

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({ description: 'A new contact of a client.' })
export class CreateContactInput extends ContactFields {
  @Field(() => ID, { description: 'The client the person belongs to.' })
  clientId: string

  @Field(() => String, { description: 'Full name.' })
  name: string
}

@InputType({ description: 'The changes to a contact. A field that is left out stays; null clears it.' })
export class UpdateContactInput extends ContactFields {
  @Field(() => ID, { description: 'The id of the contact.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Full name.' })
  name?: string
}

@InputType({ description: 'Several clients to change, all or none.' })
export class BulkClientsInput {
  @Field(() => [RecordVersion], { description: 'The clients, each with the version you read; 1 to 200.' })
  clients: RecordVersion[]
}

@InputType({ description: 'Tags to put on several clients and to take off them, all or none.' })
export class TagClientsInput extends BulkClientsInput {
  @Field(() => [String], { nullable: true, description: 'Tags that all of them shall have.' })
  add?: string[] | null

  @Field(() => [String], { nullable: true, description: 'Tags that none of them shall have.' })
  remove?: string[] | null
}

@InputType({ description: 'The user who looks after several clients from now on, all or none.' })
export class AssignClientsInput extends BulkClientsInput {
  @Field(() => ID, { nullable: true, description: 'The user; null for nobody.' })
  ownerId?: string | null
}
