import { Context } from './context.js'
import type { Access, OrganizationFacts } from '../model/access.js'
import type { Database } from '../database/database.js'
import { WriteScope } from '../database/scope/write-scope.js'
import { addPipeline } from '../features/deals/index.js'
import { Language, Organization } from '../features/organizations/index.js'
import { permissionsOf, keyScopes } from '../model/permission.js'
import { isCountry } from '../model/scalars.js'
import { dayIn, isTimeZone, type Clock } from '../lib/calendar.js'
import { newId } from '../lib/id.js'
import { isCurrency } from '../lib/money.js'
import { normalText } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'
import { noStorage } from '../storage/file-storage.js'

const isLanguage = (text: string): text is Language => Object.hasOwn(Language, text)

/** What the command line may do in an organisation, and the server by itself: everything, as the system. */
const systemAccess = (organization: OrganizationFacts, name = 'command line'): Access => ({
  organization,
  actor: { type: 'SYSTEM', id: null, name },
  permissions: permissionsOf(keyScopes),
  until: null,
})

export const contextOf = (
  database: Database,
  organization: OrganizationFacts,
  clock: Clock = () => new Date(),
  name?: string,
) => new Context(database, systemAccess(organization, name), clock)

export interface NewOrganization {
  name: string
  country?: string
  baseCurrency?: string
  timeZone?: string
  language?: string
}

/** The only place that makes an organisation: no key can. */
export async function createOrganization(
  database: Database,
  given: NewOrganization,
  clock: Clock = () => new Date(),
): Promise<Organization> {
  const { name, country = 'ES', baseCurrency = 'EUR', timeZone = 'Europe/Madrid', language: spelled = 'ca' } = given
  const language = spelled.toUpperCase()
  if (!isCountry(country)) throw new UserError('COUNTRY_INVALID', `${country} is not a country code such as ES.`)
  if (!isCurrency(baseCurrency))
    throw new UserError('CURRENCY_UNKNOWN', `${baseCurrency} is not an ISO 4217 currency code such as EUR.`)
  if (!isTimeZone(timeZone))
    throw new UserError('TIME_ZONE_UNKNOWN', `${timeZone} is not a time zone such as Europe/Madrid.`)
  if (!isLanguage(language)) throw new UserError('LANGUAGE_UNKNOWN', `${spelled} is not one of ca, es, en.`)
  const now = clock()
  const id = newId('org', now)
  return database.write(async manager => {
    const setting = {
      access: systemAccess({ id, name, country, baseCurrency, timeZone, language }),
      dialect: database.dialect,
      now,
      today: dayIn(timeZone, now),
      storage: noStorage,
    }
    const scope = new WriteScope(manager, setting)
    const organization = Object.assign(new Organization(), {
      id,
      name: normalText(name),
      country,
      baseCurrency,
      timeZone,
      language,
    })
    await scope.add(organization)
    await addPipeline(scope, language)
    await scope.finish()
    return organization
  })
}

export async function organizations(database: Database): Promise<Organization[]> {
  return database.read.createQueryBuilder(Organization, 't').orderBy('t.id').getMany()
}

/** The organisation of this id or name; the only one there is, if neither is given. */
export async function findOrganization(database: Database, wanted?: string): Promise<Organization> {
  const all = await organizations(database)
  const [first, second] = wanted ? all.filter(({ id, name }) => id === wanted || name === wanted) : all
  if (first && !second) return first
  const list = all.map(({ id, name }) => `  ${id}  ${name}`).join('\n')
  if (all.length === 0)
    throw new UserError(
      'NO_ORGANIZATION',
      'There is no organisation yet. Make one: clientela organizations create "My business"',
    )
  if (!wanted)
    throw new UserError(
      'ORGANIZATION_REQUIRED',
      `There are several organisations; choose one with --organization:\n${list}`,
    )
  throw new UserError(
    'NOT_FOUND',
    `${first ? 'Several organisations are' : 'No organisation is'} called ${wanted}; there are:\n${list}`,
  )
}
