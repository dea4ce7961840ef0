import { Language, Organization } from './organization.js'
import type { UpdateOrganizationInput } from './organization.inputs.js'
import { accessChanged } from '../../model/access.js'
import { assignGiven } from '../../model/assign-given.js'
import { isCountry } from '../../model/scalars.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import type { System } from '../../request/system.js'
import { isTimeZone } from '../../lib/calendar.js'
import { newId } from '../../lib/id.js'
import { isCurrency } from '../../lib/money.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'

export interface NewOrganization {
  name: string
  country?: string
  baseCurrency?: string
  timeZone?: string
  language?: string
}

/** Features add what they give to every new organisation, such as the stages of its deals. */
export const organizationSetup: ((scope: WriteScope, organization: Organization) => Promise<void>)[] = []

/** Makes an organisation. An API key belongs to one that exists, so only the system can. */
export async function createOrganization(system: System, given: NewOrganization): Promise<Organization> {
  if (organizationSetup.length === 0) throw new Error('No feature has added its set-up: load features/index.js first.')
  const { country = 'ES', baseCurrency = 'EUR', timeZone = 'Europe/Madrid', language: spelled = 'ca' } = given
  const language = spelled.toUpperCase()
  if (!isCountry(country)) throw new UserError('COUNTRY_INVALID', `${country} is not a country code such as ES.`)
  if (!isCurrency(baseCurrency))
    throw new UserError('CURRENCY_UNKNOWN', `${baseCurrency} is not an ISO 4217 currency code such as EUR.`)
  if (!isTimeZone(timeZone))
    throw new UserError('TIME_ZONE_UNKNOWN', `${timeZone} is not a time zone such as Europe/Madrid.`)
  if (!isLanguage(language)) throw new UserError('LANGUAGE_UNKNOWN', `${spelled} is not one of ca, es, en.`)
  const id = newId('org', system.clock())
  const facts = { id, name: normalText(given.name), country, baseCurrency, timeZone, language }
  return system.contextOf(facts).mutate('admin', async scope => {
    const organization = await scope.add(Object.assign(new Organization(), facts))
    for (const setUp of organizationSetup) await setUp(scope, organization)
    return organization
  })
}

const isLanguage = (text: string): text is Language => Object.hasOwn(Language, text)

/** Filled by features whose documents fix the base currency: whether one exists. */
export const documentChecks: ((scope: ReadScope) => Promise<boolean>)[] = []

export async function updateOrganization(
  scope: WriteScope,
  { version, ...given }: UpdateOrganizationInput,
): Promise<Organization> {
  const organization = await scope.take(Organization, scope.organization.id, version)
  if (given.baseCurrency && given.baseCurrency !== organization.baseCurrency) {
    for (const exists of documentChecks) {
      if (await exists(scope))
        throw new UserError(
          'BASE_CURRENCY_FIXED',
          'The base currency cannot change once a document or an exchange rate exists.',
          'baseCurrency',
        )
    }
  }
  scope.afterCommit(accessChanged)
  return scope.change(assignGiven(organization, given))
}
