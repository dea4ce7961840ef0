import { asciiDomain } from './addresses.js'
import { wordsOf } from './words.js'

/** Words that say only which kind of business it is, in the countries around. */
const legalForms = new Set([
  's',
  'l',
  'a',
  'sl',
  'slu',
  'slp',
  'slpu',
  'sll',
  'slne',
  'sa',
  'sau',
  'sal',
  'sad',
  'scp',
  'cb',
  'sc',
  'scl',
  'sccl',
  'sccp',
  'scoop',
  'sociedad',
  'societat',
  'limitada',
  'anonima',
  'unipersonal',
  'limited',
  'ltd',
  'plc',
  'llc',
  'llp',
  'inc',
  'corp',
  'co',
  'company',
  'gmbh',
  'ag',
  'kg',
  'ug',
  'ohg',
  'ev',
  'bv',
  'nv',
  'vof',
  'sarl',
  'sas',
  'sasu',
  'eurl',
  'snc',
  'srl',
  'spa',
  'lda',
  'ltda',
  'oy',
  'oyj',
  'ab',
  'as',
  'aps',
  'sro',
  'doo',
])

/** Where everybody has an address: it says nothing about a business. */
const mailProviders = new Set([
  'gmail.com',
  'googlemail.com',
  'hotmail.com',
  'hotmail.es',
  'hotmail.fr',
  'hotmail.co.uk',
  'outlook.com',
  'outlook.es',
  'live.com',
  'msn.com',
  'yahoo.com',
  'yahoo.es',
  'yahoo.fr',
  'yahoo.co.uk',
  'ymail.com',
  'icloud.com',
  'me.com',
  'mac.com',
  'aol.com',
  'proton.me',
  'protonmail.com',
  'pm.me',
  'tutanota.com',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'gmx.es',
  'web.de',
  't-online.de',
  'mail.com',
  'mail.ru',
  'yandex.ru',
  'zoho.com',
  'telefonica.net',
  'movistar.es',
  'terra.es',
  'orange.fr',
  'orange.es',
  'wanadoo.fr',
  'wanadoo.es',
  'free.fr',
  'laposte.net',
  'libero.it',
  'sapo.pt',
  'ono.com',
  'telefonica.es',
  'mixmail.com',
  'correo.com',
])

/**
 * A name without case, accents and the legal form at its end: «Fusteria Roca, S.L.» is «fusteria roca»; null where too
 * little is left.
 */
export function nameKey(name: string): string | null {
  const words = wordsOf(name)
  let count = words.length
  while (count > 0 && legalForms.has(words[count - 1] ?? '')) count--
  const key = words.slice(0, count).join(' ')
  if ([...key.slice(0, 4)].length < 2) return null
  return key.length <= 200 ? key : [...key].slice(0, 200).join('')
}

/**
 * The last nine figures of a telephone number, extensions apart: with or without the country in front they are the
 * same.
 */
export function phoneKey(phone: string): string | null {
  const figures = (phone.split(/[\p{L}#;]/u)[0] ?? '').replace(/\D/g, '')
  return figures.length < 7 ? null : figures.slice(-9)
}

/** The domain of an e-mail address; null where it is one of those that everybody uses. */
export function domainKey(email: string): string | null {
  const typed = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  const domain = asciiDomain(typed) ?? typed
  return domain === '' || mailProviders.has(domain) ? null : domain
}
