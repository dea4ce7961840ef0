import { euCountryOf, hasEuVat, isEuVat, parseEuVat, vatPrefixOf } from './eu-vat.js'

const valid = [
  'ATU13585627',
  'BE0428759497',
  'BG175074752',
  'CY10259033P',
  'CZ25123891',
  'CZ7103192745',
  'DE136695976',
  'DK13585628',
  'EE100931558',
  'EL094259216',
  'FI20774740',
  'FR40303265045',
  'FRK7399859412',
  'HR33392005961',
  'HU12892312',
  'IE6433435F',
  'IE6433435OA',
  'IE8D79739I',
  'IT00743110157',
  'LT119511515',
  'LT100001919017',
  'LU15027442',
  'LV40003521600',
  'LV16117519997',
  'MT11679112',
  'NL004495445B01',
  'NL002455799B11',
  'PL8567346215',
  'PT501964843',
  'RO18547290',
  'SE123456789701',
  'SI50223054',
  'SK2022749619',
  'XI980780684',
  'XIGD100',
]

test.each(valid)('%s is valid and names its country, with its prefix and without', composed => {
  const country = euCountryOf(composed) ?? ''
  const number = composed.slice(2)

  expect(hasEuVat(country)).toBe(true)
  expect(parseEuVat(composed, country)).toBe(number)
  expect(parseEuVat(number, country)).toBe(number)
  expect(isEuVat(number, country)).toBe(true)
  expect(vatPrefixOf(country) + number).toBe(composed)
})

test('there is a valid example of each member but Spain, and Northern Ireland', () => {
  expect(new Set(valid.map(euCountryOf)).size).toBe(26 + 1)
  expect(hasEuVat('ES')).toBe(false)
})

test.each(valid.filter(composed => composed !== 'XIGD100'))('%s is not valid with another fifth digit', composed => {
  const mistyped = composed.replace(
    /^(..\w{4})(\d)/,
    (_, before: string, digit: string) => before + String((Number(digit) + 1) % 10),
  )

  expect(() => parseEuVat(mistyped, euCountryOf(composed) ?? '')).toThrow(
    expect.objectContaining({ code: 'TAX_ID_CHECK_CHARACTER', field: 'taxId' }),
  )
})

test.each([
  ['BG', '831919536'],
  ['BG', '7523169263'],
  ['CZ', '640903926'],
  ['SK', '1020221540'],
  ['SE', '556012579002'],
  ['LV', '32012345678'],
])('takes the %s number %s, which stdnum refuses', (country, number) => {
  expect(parseEuVat(number, country)).toBe(number)
})

test.each([
  ['DE', 'DE12345678', /9 characters after DE; 12345678 has 8/],
  ['GR', '9425921', /Greece has 9 characters after EL/],
  ['BG', '1', /9 or 10/],
  ['XI', '1234', /Northern Ireland has 5, 9, or 12/],
])('tells the length that a %s number %s should have', (country, text, message) => {
  expect(() => parseEuVat(text, country)).toThrow(
    expect.objectContaining({ code: 'TAX_ID_LENGTH', message: expect.stringMatching(message) }),
  )
})

test.each([
  ['DE', '13669597X'],
  ['NL', '004495445C01'],
  ['AT', '133864707'],
  ['RO', '0123456789'],
  ['SE', '556012579000'],
  ['IT', '00743111157'],
  ['LT', '119511525'],
  ['FR', 'O0303265045'],
])('refuses the form of the %s number %s', (country, text) => {
  expect(() => parseEuVat(text, country)).toThrow(expect.objectContaining({ code: 'TAX_ID_FORMAT' }))
})

test.each(['DE12345678', 'B58378431', 'GB980780684', 'XX123456789', ''])('%j has no prefix that fits', text => {
  expect(euCountryOf(text)).toBeUndefined()
})

test.each([
  ['BE697449992', '0697449992'],
  ['EL94259216', '094259216'],
  ['NL4495445B01', '004495445B01'],
  ['NL68357370B01', '068357370B01'],
  ['RO1630615123457', '1630615123457'],
])('completes %s, as people write it', (text, number) => {
  const country = euCountryOf(text) ?? ''
  expect(parseEuVat(text, country)).toBe(number)
  expect(isEuVat(text, country)).toBe(true)
})

test('reads Greece by its ISO code as well', () => {
  expect(euCountryOf('GR094259216')).toBe('GR')
  expect(parseEuVat('GR094259216', 'GR')).toBe('094259216')
})

test('composes other countries with their ISO code', () => {
  expect(vatPrefixOf('US')).toBe('US')
})
