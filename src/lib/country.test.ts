import { countryOf } from './country.js'

test.each([
  ['ES', 'ES'], ['es', 'ES'], ['Espanya', 'ES'], ['ESPAÑA', 'ES'], ['Spain', 'ES'], ['Deutschland', 'DE'], ['Alemanya', 'DE'], ['Alemania', 'DE'], ['Japó', 'JP'], ['日本', 'JP'], ['Portugal', 'PT'],
  ['Regne Unit', 'GB'], ['Reino Unido', 'GB'], ['UK', 'GB'], ['USA', 'US'], ['Estats Units', 'US'], ['EE. UU.', 'US'], ['Països Baixos', 'NL'], ['Nederland', 'NL'], ['Holanda', 'NL'], ['Österreich', 'AT'], ['Suïssa', 'CH'],
  ['Schweiz', 'CH'], ['Ελλάδα', 'GR'], ['EL', 'GR'], ['Mexico', 'MX'], ['México', 'MX'], ['Andorra', 'AD'], ['Brasil', 'BR'], ['Brazil', 'BR'], ['Norway', 'NO'], ['Norge', 'NO'], ['Côte d’Ivoire', 'CI'],
])('%s is %s', (name, code) => {
  expect(countryOf(name)).toBe(code)
})

test.each(['Atlàntida', 'XX', 'ZZ', 'EU', 'Europa', '', '   ', 'constructor', '__proto__', 'Esp', 'E S'])('%j is no country', name => {
  expect(countryOf(name)).toBeUndefined()
})
