import { CurrencyResolver } from 'graphql-scalars'
import { currencies } from './currency.js'

const codes = [...currencies.keys()]
const names = new Intl.DisplayNames(['en'], { type: 'currency' })

test('has only codes that are currencies to CLDR and to the API', () => {
  expect(codes.filter(code => names.of(code) === code)).toEqual([])
  expect(() => codes.forEach(code => CurrencyResolver.serialize(code))).not.toThrow()
})

test('lacks no currency of today', () => {
  const left = new Set([
    'VED',
    'XDR',
    'XSU',
    'XUA',
    'CHE',
    'CHW',
    'BOV',
    'CLF',
    'COU',
    'MXV',
    'USN',
    'UYI',
    'XAG',
    'XAU',
    'XPD',
    'XPT',
    'XTS',
    'XXX',
  ])
  const missing = Intl.supportedValuesOf('currency').filter(code => !currencies.has(code) && !left.has(code))

  // CLDR names most of what has gone with its years, like «Bolivian Peso (1863–1963)».
  expect(missing.filter(code => !/\d{4}/.test(names.of(code) ?? ''))).toEqual([])
})

test('knows the decimals that are not two', () => {
  const others = codes
    .filter(code => currencies.get(code) !== 2)
    .sort()
    .map(code => `${code} ${currencies.get(code)}`)

  expect(others).toEqual([
    'BHD 3',
    'BIF 0',
    'CLP 0',
    'DJF 0',
    'GNF 0',
    'IQD 3',
    'ISK 0',
    'JOD 3',
    'JPY 0',
    'KMF 0',
    'KRW 0',
    'KWD 3',
    'LYD 3',
    'OMR 3',
    'PYG 0',
    'RWF 0',
    'TND 3',
    'UGX 0',
    'UYW 4',
    'VND 0',
    'VUV 0',
    'XAF 0',
    'XOF 0',
    'XPF 0',
  ])
})
