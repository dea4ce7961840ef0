import { countryCodes } from './country-codes.js'
import { fold } from './fold.js'

/** Languages in which people write the names of countries, beside each country's own. */
const languages = ['ca', 'es', 'en']

/** Languages of a country beside the one that most people there speak. */
const alsoSpoken: Record<string, readonly string[]> = {
  AD: ['fr'],
  AF: ['ps'],
  BA: ['hr', 'sr', 'sr-Latn'],
  BE: ['fr', 'de'],
  BI: ['fr'],
  BO: ['qu'],
  BY: ['ru'],
  CA: ['fr'],
  CH: ['fr', 'it', 'rm'],
  CM: ['en'],
  CY: ['tr'],
  DJ: ['fr'],
  DZ: ['fr'],
  ES: ['eu', 'gl'],
  FI: ['sv'],
  FO: ['da'],
  GB: ['cy', 'gd'],
  HK: ['zh-Hant'],
  HT: ['fr'],
  IE: ['ga'],
  IL: ['ar'],
  IN: ['en'],
  IQ: ['ku'],
  IT: ['de'],
  KE: ['en'],
  KG: ['ru'],
  KZ: ['ru'],
  LK: ['ta'],
  LU: ['fr', 'de', 'lb'],
  MA: ['fr'],
  MC: ['it'],
  ME: ['hr', 'sr', 'sr-Latn'],
  MG: ['fr'],
  MK: ['sq'],
  MO: ['pt', 'zh-Hant'],
  MR: ['fr'],
  MT: ['mt'],
  NO: ['nn', 'nb'],
  NZ: ['mi'],
  PE: ['qu'],
  PH: ['en'],
  PK: ['en'],
  PY: ['gn'],
  RS: ['sr-Latn'],
  RW: ['fr'],
  SG: ['zh', 'ms', 'ta'],
  TD: ['fr'],
  TL: ['pt'],
  TN: ['fr'],
  TW: ['zh-Hant'],
  UA: ['ru'],
  VA: ['la'],
  XK: ['sr', 'sr-Latn'],
  ZA: ['af', 'zu'],
}

/** Names in use that Intl does not know, and letters that are not ISO's; by the code they mean. */
const others: Record<string, readonly string[]> = {
  // For customs the Canaries, Ceuta and Melilla have letters of their own, IC and EA; they are Spain.
  ES: [
    'E',
    'IC',
    'EA',
    'Islas Canarias',
    'Canarias',
    'Illes Canàries',
    'Canàries',
    'Canary Islands',
    'Ceuta',
    'Melilla',
    'Ceuta y Melilla',
    'Ceuta i Melilla',
    'Reino de España',
    'Kingdom of Spain',
  ],
  GB: [
    'UK',
    'England',
    'Scotland',
    'Wales',
    'Northern Ireland',
    'Inglaterra',
    'Escocia',
    'Gales',
    'Irlanda del Norte',
    'Anglaterra',
    'Escòcia',
    'Gal·les',
    'Irlanda del Nord',
    'Gran Bretanya',
    'Gran Bretaña',
    'Great Britain',
    'Britain',
  ],
  US: [
    'USA',
    'EUA',
    'EE UU',
    'EEUU',
    'Estats Units d’Amèrica',
    'Estados Unidos de América',
    'United States of America',
  ],
  AE: ['UAE', 'EAU', 'Emiratos Árabes', 'Emirats Àrabs'],
  BA: ['Bosnia', 'Bòsnia', 'Bosnia Herzegovina', 'Bosnia-Hercegovina'],
  BO: ['Bolivia, Plurinational State of'],
  CD: ['República Democrática del Congo', 'RD Congo', 'DR Congo'],
  CI: ['Costa de Marfil', 'Costa d’Ivori', 'Ivory Coast'],
  CN: ['República Popular China', 'PR China', 'PRC'],
  CV: ['Cape Verde', 'Cap Verd'],
  CZ: ['República Checa', 'República Txeca', 'Czech Republic'],
  DE: ['D'],
  FR: ['F'],
  GR: ['EL', 'Hellas', 'Ellada'],
  HK: ['Hong Kong'],
  IE: ['República de Irlanda', 'República d’Irlanda', 'Republic of Ireland', 'Eire'],
  IR: ['Iran, Islamic Republic of'],
  IT: ['I'],
  KR: ['Corea', 'Korea', 'Korea, Republic of', 'Republic of Korea'],
  LA: ['Lao PDR'],
  MD: ['Moldova', 'Republic of Moldova'],
  MK: ['Macedonia', 'Macedònia'],
  MM: ['Birmania', 'Burma'],
  MO: ['Macao', 'Macau'],
  NL: ['Holanda', 'Holland'],
  PS: ['Palestina', 'Palestine'],
  PT: ['P'],
  RU: ['Federación Rusa', 'Federació Russa', 'Russian Federation'],
  SY: ['Syrian Arab Republic'],
  SZ: ['Suazilandia', 'Swazilàndia', 'Swaziland'],
  TL: ['Timor Oriental', 'East Timor'],
  TR: ['Turkey'],
  TZ: ['Tanzania, United Republic of'],
  VA: ['Vaticano', 'Vaticà', 'Vatican', 'Holy See', 'Santa Sede', 'Santa Seu'],
  VE: ['Venezuela, Bolivarian Republic of'],
  VN: ['Viet Nam'],
}

/** Without case, accents and signs; a dot counts for nothing: U.K. is UK. */
const key = (name: string) =>
  fold(name.replaceAll('.', ''))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

let known: Map<string, string> | undefined

/** Made once, 20 ms: every code and every name of every country. */
function names(): Map<string, string> {
  if (known) return known
  const made = new Map<string, string>()
  const codes = countryCodes()
  for (const [written, code] of codes) made.set(key(written), code)
  const add = (name: string | undefined, code: string) => {
    if (name && !made.has(key(name))) made.set(key(name), code)
  }
  for (const [code, written] of Object.entries(others)) for (const name of written) add(name, code)
  const spoken = new Map<string, Intl.DisplayNames[]>()
  const displays = (language: string) => {
    const found =
      spoken.get(language) ??
      (['long', 'short'] as const).map(
        style => new Intl.DisplayNames(language, { type: 'region', fallback: 'none', style }),
      )
    spoken.set(language, found)
    return found
  }
  const namesOf = (code: string, language: string) =>
    displays(language).forEach(display => {
      add(display.of(code), code)
    })
  const all = new Set(codes.values())
  for (const language of languages) for (const code of all) namesOf(code, language)
  for (const code of all)
    for (const language of [new Intl.Locale(`und-${code}`).maximize().language, ...(alsoSpoken[code] ?? [])])
      namesOf(code, language)
  return (known = made)
}

const longest = 100

/**
 * Returns the ISO 3166-1 code of two letters of a country. It knows the codes of two letters, three letters and three
 * figures. It knows names in Catalan, Spanish, English and the country's own languages. Both may stand together: «ES -
 * España».
 */
export function countryOf(name: string): string | undefined {
  if (name.length > longest) return undefined
  const whole = plain(name)
  if (whole) return whole
  const parts = name.split(/[()/,;:|–—-]/).filter(part => part.trim() !== '')
  const found = new Set(parts.map(plain))
  return parts.length > 1 && found.size === 1 ? [...found][0] : undefined
}

function plain(name: string): string | undefined {
  const written = key(name).replace(/^the /, '')
  const [spanish, english] = ['republica', 'republic'].map(word => written.replace(/\brep\b/, word))
  return names().get(written) ?? names().get(spanish ?? '') ?? names().get(english ?? '')
}
