import { fold } from './fold.js'

/** Languages in which people write the names of countries, beside each country's own. */
const languages = ['ca', 'es', 'en']

/** Names in use that Intl does not know, and codes that are not ISO's. */
const others: Record<string, string> = {
  uk: 'GB', el: 'GR', england: 'GB', scotland: 'GB', wales: 'GB', inglaterra: 'GB', escocia: 'GB', gales: 'GB', anglaterra: 'GB', 'gran bretanya': 'GB', 'gran bretana': 'GB', 'great britain': 'GB',
  usa: 'US', eua: 'US', 'ee uu': 'US', eeuu: 'US', 'estats units d america': 'US', 'estados unidos de america': 'US', 'united states of america': 'US', holanda: 'NL', holland: 'NL', 'republica checa': 'CZ',
}

const key = (name: string) => fold(name).replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

let known: Map<string, string> | undefined

/** Made once, 10 ms: every name of every country. */
function names(): Map<string, string> {
  if (known) return known
  const made = new Map<string, string>()
  const english = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const codes = letters.flatMap(first => letters.map(second => first + second)).filter(code => !/^(EU|EZ|UN|QO|ZZ|X[^K]|Q[M-Z])$/.test(code) && new Intl.Locale(`und-${code}`).region === code && english.of(code))
  const spoken = new Map<string, Intl.DisplayNames>()
  const namesIn = (language: string) => {
    const display = spoken.get(language) ?? new Intl.DisplayNames(language, { type: 'region', fallback: 'none' })
    spoken.set(language, display)
    return display
  }
  for (const code of codes) {
    const own = new Intl.Locale(`und-${code}`).maximize().language
    for (const language of [...languages, own]) {
      const name = namesIn(language).of(code)
      if (name && !made.has(key(name))) made.set(key(name), code)
    }
  }
  for (const code of codes) made.set(code.toLowerCase(), code)
  for (const [name, code] of Object.entries(others)) if (!made.has(name)) made.set(name, code)
  return known = made
}

/** The ISO 3166-1 code of a country by its code, or by its name in Catalan, Spanish, English or its own language. */
export const countryOf = (name: string): string | undefined => names().get(key(name))
