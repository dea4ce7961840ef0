import type { User } from '../features/access/index.js'
import { Client, Contact } from '../features/clients/index.js'
import { fold } from '../lib/fold.js'
import { parseTaxId } from '../lib/tax-id.js'
import type { Desk } from './desk.js'
import type { ClientPlan } from './plan.js'
import { at } from './random.js'
import { companyNif, dni, euNumbers, nie } from './tax-number.js'
import { associations, cooperatives, foreignForms, notes, tags, trades } from './vocabulary/companies.js'
import { givenNames, roles, surnames } from './vocabulary/people.js'
import { catalanPlaces, foreignPlaces, spanishPlaces, streets, type Place } from './vocabulary/places.js'

const currencies: Partial<Record<string, string>> = { US: 'USD', GB: 'GBP', JP: 'JPY', KW: 'KWD' }
const dialling: Record<string, string> = {
  ES: '+34',
  US: '+1',
  GB: '+44',
  JP: '+81',
  KW: '+965',
  DE: '+49',
  FR: '+33',
  IT: '+39',
  PT: '+351',
  BE: '+32',
}
const floors = { CA: 'Pis', ES: 'Piso', EN: 'Floor' } as const
const terms = [30, 60, 30, 15, 30, null, 45, 90, 0, 30] as const

/** Opens a client with its contacts, and plans what becomes of them. */
export function openClient(desk: Desk, plan: ClientPlan, users: readonly User[]): Client {
  const { random } = desk
  const { ordinal, holder } = plan
  const place = placeOf(desk, plan)
  const { language } = place
  const client = desk.make(Client, {
    addressLine1: `${random.pick(streets[language])}, ${random.whole(1, 180)}`,
    addressLine2: random.chance(0.25) ? `${floors[language]} ${random.whole(1, 6)}` : null,
    postalCode: place.postalCode,
    city: place.city,
    region: place.region,
    country: place.country,
    currency: currencies[place.country] ?? null,
    paymentTermsDays: at(terms, ordinal),
    tags: random.chance(0.7) ? random.some(tags, random.whole(1, 3)).sort() : [],
    notes: random.chance(0.25) ? random.pick(notes[language]) : null,
    ownerId: random.chance(0.85) ? random.pick(users).id : null,
    language,
    externalId: random.chance(0.3) ? `ERP-${String(ordinal + 1).padStart(5, '0')}` : null,
  })
  client.setLegalName(nameOf(desk, plan, place))
  const shortName = client.legalName.replace(/,? (S\.|K\.|W\.|GmbH|SARL|Inc|Ltd|Lda|BV).*$/, '')
  const site = `${fold(shortName).replace(/\W+/g, ' ').trim().replaceAll(' ', '-')}.example`
  Object.assign(client, {
    tradeName: random.chance(0.25) && shortName !== client.legalName ? shortName : null,
    email: random.chance(0.9) ? `info@${site}` : null,
    phone: random.chance(0.9) ? phone(desk, client) : null,
    website: random.chance(0.6) ? `https://www.${site}` : null,
  })
  const number = numberOf(desk, plan, place)
  if (number) {
    const parsed = parseTaxId(number, { addressCountry: place.country })
    Object.assign(client, { taxIdCountry: parsed.country, taxIdNumber: parsed.number })
  }
  desk.add(client)
  addContacts(desk, client, language, site, holder === 'DNI' || holder === 'NIE' ? 1 : random.whole(1, 4))
  if (random.chance(0.2))
    desk.in(random.whole(20, 200), () =>
      desk.change(client, () => {
        client.phone = phone(desk, client)
      }),
    )
  if (random.chance(0.15))
    desk.in(random.whole(20, 300), () =>
      desk.change(client, () => {
        client.ownerId = random.pick(users).id
      }),
    )
  if (plan.archived !== null)
    desk.before(plan.archived, () =>
      desk.change(
        client,
        () => {
          client.archivedAt = desk.now
        },
        { verb: 'ARCHIVED' },
      ),
    )
  return client
}

function addContacts(desk: Desk, client: Client, language: Place['language'], site: string, count: number) {
  const { random } = desk
  for (let position = 0; position < count; position++) {
    desk.in(0, () => {
      const name = personName(desk, language)
      const contact = desk.make(Contact, {
        clientId: client.id,
        name,
        nameFolded: fold(name),
        primary: position === 0,
        role: random.chance(0.85) ? random.pick(roles[language]) : null,
        email: random.chance(0.8) ? `${fold(name).replace(/\W+/g, '.')}@${site}` : null,
        phone: random.chance(0.5) ? phone(desk, client) : null,
      })
      contacts.push(desk.add(contact))
    })
  }
  const contacts: Contact[] = []
  if (count > 1 && random.chance(0.2)) desk.in(random.whole(60, 400), () => promote(desk, contacts))
}

/** Another contact becomes the one to write to first. */
function promote(desk: Desk, [first, second]: Contact[]) {
  if (!first || !second) return
  desk.change(first, () => {
    first.primary = false
  })
  desk.change(second, () => {
    second.primary = true
  })
}

function placeOf({ random }: Desk, { holder, ordinal }: ClientPlan): Place {
  const abroad = foreignPlaces[holder]
  if (abroad) return random.pick(abroad)
  if (holder === 'P') return at(catalanPlaces, Math.floor(ordinal / 4)) // each town has one council
  return random.pick(random.chance(0.68) ? catalanPlaces : spanishPlaces)
}

function nameOf(desk: Desk, { holder }: ClientPlan, { language, city, country }: Place): string {
  const { random } = desk
  const trade = random.pick(trades[language])
  const family = random.pick(surnames[language])
  const spoken = language === 'ES' ? 'ES' : 'CA'
  switch (holder) {
    case 'B':
      return random.chance(0.3)
        ? `${trade} ${family} i Fills, S.L.`.replace(' i Fills', spoken === 'ES' ? ' e Hijos' : ' i Fills')
        : `${trade} ${family}, S.L.`
    case 'A':
      return random.chance(0.4) ? `${trade} ${city.replace(/^l'|^el |^la /, '')}, S.A.` : `${family} ${trade}, S.A.`
    case 'F':
      return `${random.pick(cooperatives)} ${of(city)}, S.C.C.L.`
    case 'G':
      return `${random.pick(associations[spoken])} ${family}`
    case 'J':
      return `${family} i ${random.pick(surnames[language])}, S.C.`.replace(' i ', spoken === 'ES' ? ' y ' : ' i ')
    case 'P':
      return `Ajuntament ${of(city)}`
    case 'DNI':
    case 'NIE':
      return `${random.pick(givenNames[language])} ${family} ${random.pick(surnames[language])}`
    default:
      return `${family} ${trade} ${foreignForms[country] ?? ''}`.trim()
  }
}

/** «de Vic», «d'Olot», «del Vendrell», «de l'Hospitalet». */
function of(city: string): string {
  if (city.startsWith('el ')) return `del ${city.slice(3)}`
  return /^[AEIOUÀÉ]/.test(city) ? `d'${city}` : `de ${city}`
}

/** Its tax id; the last digits come from its place among all, so that no two clients share one. */
function numberOf({ random }: Desk, { holder, ordinal }: ClientPlan, { postalCode }: Place): string | null {
  const unique = String((ordinal * 7919 + 10_007) % 100_000).padStart(5, '0')
  const province = (postalCode ?? '').slice(0, 2)
  switch (holder) {
    case 'DNI':
      return dni(`${random.whole(330, 480)}${unique}`)
    case 'NIE':
      return nie(random.pick(['X', 'Y', 'Z'] as const), `${random.whole(10, 99)}${unique}`)
    case 'US':
      return random.chance(0.5) ? `${random.whole(1000, 9899)}${unique}` : null
    case 'GB':
      return `GB${random.whole(1000, 9999)}${unique}`
    case 'JP':
    case 'KW':
      return null
    case 'DE':
    case 'FR':
    case 'IT':
    case 'PT':
    case 'BE':
      return euNumbers[holder]?.(unique) ?? null
    case 'A':
    case 'B':
    case 'F':
    case 'G':
    case 'J':
    case 'P':
      return companyNif(holder, province + unique)
  }
}

export function personName({ random }: Desk, language: Place['language']): string {
  const name = `${random.pick(givenNames[language])} ${random.pick(surnames[language])}`
  return language === 'EN' ? name : `${name} ${random.pick(surnames[language])}`
}

function phone({ random }: Desk, { country, postalCode }: Pick<Client, 'country' | 'postalCode'>): string {
  const first =
    country === 'ES'
      ? postalCode?.startsWith('08') && random.chance(0.6)
        ? '93'
        : `6${random.whole(0, 9)}`
      : String(random.whole(20, 59))
  const number = `${first}${random.whole(1_000_000, 9_999_999)}`
  return `${dialling[country] ?? ''} ${number.slice(0, 3)} ${number.slice(3, 5)} ${number.slice(5, 7)} ${number.slice(7)}`.trim()
}
