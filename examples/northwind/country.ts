/** Names that people use and ISO 3166 does not. */
const synonyms: Record<string, string> = { UK: 'GB', USA: 'US' }

const codes = countryCodes()

/** The ISO 3166 code of a country by its English name. */
export const countryCode = (name: string) => codes.get(name.toUpperCase())

function countryCodes(): Map<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  const regions = letters
    .flatMap(first => letters.map(second => first + second))
    // Withdrawn codes have the names of their successors: DD is «Germany» as well as DE.
    .filter(code => new Intl.Locale(`und-${code}`).region === code)
  const named = regions.flatMap(code => {
    const name = names.of(code)
    return name ? [[name.toUpperCase(), code] as const] : []
  })
  return new Map([...named, ...Object.entries(synonyms)])
}
