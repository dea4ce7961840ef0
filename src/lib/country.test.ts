import { isCountry } from '../graphql/scalars.js'
import { countryCodes } from './country-codes.js'
import { countryOf } from './country.js'

test.each([
  ['ES', 'ES'], ['es', 'ES'], ['Espanya', 'ES'], ['ESPAÑA', 'ES'], ['Spain', 'ES'], ['Deutschland', 'DE'], ['Alemanya', 'DE'], ['Alemania', 'DE'], ['Japó', 'JP'], ['日本', 'JP'], ['Portugal', 'PT'],
  ['Regne Unit', 'GB'], ['Reino Unido', 'GB'], ['UK', 'GB'], ['USA', 'US'], ['Estats Units', 'US'], ['EE. UU.', 'US'], ['Països Baixos', 'NL'], ['Nederland', 'NL'], ['Holanda', 'NL'], ['Österreich', 'AT'], ['Suïssa', 'CH'],
  ['ESP', 'ES'], ['Esp', 'ES'], ['deu', 'DE'], ['724', 'ES'], ['056', 'BE'], ['E', 'ES'], ['ES - España', 'ES'], ['Francia (Francia)', 'FR'], ['España (ES)', 'ES'], ['U.K.', 'GB'], ['Irlanda del Norte', 'GB'], ['Costa de Marfil', 'CI'],
  ['UAE', 'AE'], ['IC', 'ES'], ['Canarias', 'ES'], ['Islas Canarias', 'ES'], ['Illes Canàries', 'ES'], ['Ceuta', 'ES'], ['Melilla', 'ES'], ['EA', 'ES'], ['Belgique', 'BE'], ['België', 'BE'], ['Belgien', 'BE'], ['Suisse', 'CH'], ['Svizzera', 'CH'],
  ['Hong Kong', 'HK'], ['Rep. Dominicana', 'DO'], ['Bosnia', 'BA'], ['Vaticano', 'VA'], ['Türkiye', 'TR'], ['Turkey', 'TR'], ['Suomi', 'FI'], ['Finland', 'FI'], ['Éire', 'IE'], ['Espainia', 'ES'], ['Guinea-Bissau', 'GW'], ['The Netherlands', 'NL'],
  ['Czech Republic', 'CZ'], ['Kosovo', 'XK'], ['PRT', 'PT'], ['Россия', 'RU'], ['Srbija', 'RS'], ['RU', 'RU'], ['Viet Nam', 'VN'], ['Macedonia del Norte', 'MK'], ['Congo-Kinshasa', 'CD'],
  ['Schweiz', 'CH'], ['Ελλάδα', 'GR'], ['EL', 'GR'], ['Mexico', 'MX'], ['México', 'MX'], ['Andorra', 'AD'], ['Brasil', 'BR'], ['Brazil', 'BR'], ['Norway', 'NO'], ['Norge', 'NO'], ['Côte d’Ivoire', 'CI'],
])('%s is %s', (name, code) => {
  expect(countryOf(name)).toBe(code)
})

test.each(['Atlàntida', 'XX', 'ZZ', 'EU', 'Europa', '', '   ', 'constructor', '__proto__', 'E S', '999', '034', 'España y Portugal', 'ES - Portugal', 'x'.repeat(1_000_000)])('%j is no country', name => {
  expect(countryOf(name)).toBeUndefined()
})

test('every code is one that the API takes, and the API takes no other', () => {
  const codes = new Set(countryCodes().values())
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
  expect([...codes].sort()).toEqual(letters.flatMap(first => letters.map(second => first + second)).filter(isCountry))
})
