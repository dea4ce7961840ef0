import { Extensions, Field, ObjectType } from 'type-graphql'
import { currency, choice, instant, integer, reference, text, texts } from '../../model/field.js'
import { CountryCode, EmailAddress, Url } from '../../model/scalars.js'
import { OrganizationRow } from '../../model/row.js'
import type { Day } from '../../lib/calendar.js'
import { fold } from '../../lib/fold.js'
import { domainKey, nameKey, phoneKey } from '../../lib/likeness.js'
import { composeTaxId } from '../../lib/tax-id.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { User } from '../access/index.js'
import { Language } from '../organizations/index.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

/** Belongs to one client. */
export const mostTags = 50
export const longestNotes = 10_000

@ObjectType('Address', { description: 'A postal address.', simpleResolvers: true })
export class Address {
  @Field(() => String, { description: 'Street and number.' })
  line1: string

  @Field(() => String, { nullable: true, description: 'Floor, door, building.' })
  line2: string | null

  @Field(() => String, { nullable: true, description: 'Postal code, as text: leading zeros count.' })
  postalCode: string | null

  @Field(() => String, { description: 'City or town.' })
  city: string

  @Field(() => String, { nullable: true, description: 'Province, state or region.' })
  region: string | null

  @Field(() => CountryCode, { description: 'Country.' })
  country: string
}

@entity('clients', 'A client: the one record that sales, finance and projects share.', {
  prefix: 'cli',
  permission: 'clients:read',
  search: {
    title: 'legalName',
    names: ['legalName', 'tradeName'],
    codes: ['taxId', 'taxIdNumber', 'externalId'],
    texts: ['email'],
    phones: { fields: ['phone'], country: 'country' },
  },
  merges: 'client_merges',
  feed: { computed: ['taxId'] },
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another client has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'taxIdCountry', 'taxIdNumber'], {
  code: 'TAX_ID_TAKEN',
  message: 'Another client has this tax id.',
  field: 'taxId',
})
@index(['organizationId', 'legalNameFolded', 'id'])
@index(['organizationId', 'taxIdNumber', 'id'])
@index(['organizationId', 'nameKey', 'id'])
@index(['organizationId', 'phoneKey', 'id'])
@index(['organizationId', 'domainKey', 'id'])
@index(['organizationId', 'updatedAt', 'id'])
export class Client extends OrganizationRow {
  @text('Name in law.', { folded: 'legalNameFolded' })
  legalName: string

  @text('The legal name without case and accents, for sorting.', { max: 400, hidden: true })
  legalNameFolded: string

  @text('Name it trades under.', { nullable: true })
  tradeName: string | null

  @text('Country of the tax id, ISO 3166-1 alpha-2, or XI for Northern Ireland.', { max: 2, nullable: true })
  taxIdCountry: string | null

  @text(
    'The tax id (a NIF in Spain) without country and separators. ' +
      'With its country it is unique in the organisation, archived clients included.',
    { max: 30, nullable: true, input: 'taxId' },
  )
  taxIdNumber: string | null

  @text('Street and number.', { hidden: true, inHistory: true, input: 'address.line1' })
  addressLine1: string

  @text('Floor, door, building.', { hidden: true, inHistory: true, nullable: true, input: 'address.line2' })
  addressLine2: string | null

  @text('Postal code.', { hidden: true, inHistory: true, nullable: true, max: 20, input: 'address.postalCode' })
  postalCode: string | null

  @text('City or town.', { hidden: true, inHistory: true, input: 'address.city' })
  city: string

  @text('Province, state or region.', { hidden: true, inHistory: true, nullable: true, input: 'address.region' })
  region: string | null

  @text('Country of the address, ISO 3166-1 alpha-2.', {
    hidden: true,
    inHistory: true,
    max: 2,
    input: 'address.country',
  })
  country: string

  @text('E-mail address of the business.', { nullable: true, max: 254, scalar: EmailAddress })
  email: string | null

  @text('Telephone, as it is dialled.', { nullable: true, max: 40 })
  phone: string | null

  @text('Web address, with http or https.', { nullable: true, max: 500, scalar: Url })
  website: string | null

  @currency('The currency its documents take when none is given; null for the base currency.', { nullable: true })
  currency: string | null

  @integer(
    'Days from the date of issue to the last day for payment, 0 to 365; null leaves the due date of its ' +
      'invoices empty.',
    { nullable: true },
  )
  paymentTermsDays: number | null

  @texts('Free labels, each of at most 50 characters, sorted.')
  tags: string[]

  @text('Notes for colleagues.', { nullable: true, max: longestNotes, lines: true })
  notes: string | null

  @reference(() => User, 'The user who looks after the client.', { nullable: true, named: true })
  ownerId: string | null

  @choice(Language, 'The language to write to it in.', { nullable: true })
  language: Language | null

  @instant('When it left lists and pickers; null while in use.', { nullable: true })
  archivedAt: Date | null

  // Likely duplicates share these keys. They follow from other fields, however a record is written.
  @text('The name without its legal form.', { nullable: true, hidden: true })
  get nameKey(): string | null {
    return nameKey(this.legalName ?? '')
  }

  set nameKey(_same: string | null) {}

  @text('The last figures of the telephone number.', { nullable: true, hidden: true, max: 20 })
  get phoneKey(): string | null {
    return this.phone ? phoneKey(this.phone) : null
  }

  set phoneKey(_same: string | null) {}

  @text('The domain of the e-mail address, where it is its own.', { nullable: true, hidden: true, max: 254 })
  get domainKey(): string | null {
    return this.email ? domainKey(this.email) : null
  }

  set domainKey(_same: string | null) {}

  /** The day of the list that read it; its overview is for that day. */
  asOf?: Day

  @Field(() => Address, { description: 'Where it has its seat.' })
  @Extensions({ reads: ['addressLine1', 'addressLine2', 'postalCode', 'city', 'region', 'country'] })
  get address(): Address {
    const { addressLine1: line1, addressLine2: line2, postalCode, city, region, country } = this
    return { line1, line2, postalCode, city, region, country }
  }

  @Field(() => String, { nullable: true, description: 'The tax id with its country in front, such as ESB58378431.' })
  @Extensions({ reads: ['taxIdCountry', 'taxIdNumber'] })
  get taxId(): string | null {
    return this.taxIdCountry && this.taxIdNumber ? composeTaxId(this.taxIdCountry, this.taxIdNumber) : null
  }

  setLegalName(name: string) {
    this.legalName = normalText(name)
    this.legalNameFolded = fold(name)
  }

  /** Refuses new documents while archived. */
  acceptNew(noun: string) {
    if (this.archivedAt)
      throw new UserError(
        'CLIENT_ARCHIVED',
        `${this.legalName} is archived and can have no new ${noun}; unarchive it first.`,
        'clientId',
      )
  }
}
