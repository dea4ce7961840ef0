import fc from 'fast-check'
import { signFits } from './currency-sign.js'
import { decimalText, writtenNumber, type DecimalMark } from './written-number.js'

const read = (text: string, decided: DecimalMark | 'EXACT' | null = null) => {
  const written = writtenNumber(text)
  return written ? (decimalText(written, decided) ?? 'AMBIGUOUS') : 'INVALID'
}

test.each([
  ['1234', '1234'],
  ['007', '7'],
  ['0', '0'],
  ['-5', '-5'],
  ['−5,00', '-5'],
  ['5,00-', '-5'],
  ['-0,00', '0'],
  ['€ -5', '-5'],
  ['- 5 €', '-5'],
  ['1234.50', '1234.5'],
  ['1.234,50', '1234.5'],
  ['1,234.50', '1234.5'],
  ['1.234.567', '1234567'],
  ['1,234,567', '1234567'],
  ['1.234.567,8', '1234567.8'],
  ['12,5', '12.5'],
  ['0,125', '0.125'],
  ['0.500', '0.5'],
  ['1234,567', '1234.567'],
  ['1 234,50', '1234.5'],
  ['1\u00a0234\u202f567', '1234567'],
  ["1'234.50", '1234.5'],
  ['2.500', 'AMBIGUOUS'],
  ['2,500', 'AMBIGUOUS'],
  ['-999.999', 'AMBIGUOUS'],
  ['1.234.56', 'INVALID'],
  ['1,234,56', 'INVALID'],
  ['12.34.567', 'INVALID'],
  ['1.23,45,6', 'INVALID'],
  ['1.2345,6', 'INVALID'],
  ['1,234.567,8', 'INVALID'],
  ['12 34', 'INVALID'],
  ['1 234.567 890', 'INVALID'],
  ['', 'INVALID'],
  ['-', 'INVALID'],
  ['€', 'INVALID'],
  ['1.', 'INVALID'],
  ['.5', 'INVALID'],
  ['--5', 'INVALID'],
  ['-5-', 'INVALID'],
  ['5 kg', 'INVALID'],
  ['1e5', 'INVALID'],
  ['%5', 'INVALID'],
  ['$5 €', 'INVALID'],
  ['1;5', 'INVALID'],
  ['٣', 'INVALID'],
  ['1'.repeat(61), 'INVALID'],
])('%j reads %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test('a column decides what a single mark before three figures is, and nothing else', () => {
  expect([
    read('2.500', ','),
    read('2.500', '.'),
    read('2,500', ','),
    read('2,500', '.'),
    read('2,500', 'EXACT'),
    read('-2.500', 'EXACT'),
  ]).toEqual(['2500', '2.5', '2.5', '2500', '2.5', '-2.5'])
  expect([read('2,50', '.'), read('1.234.567', '.'), read('0,125', '.')]).toEqual(['2.5', '1234567', '0.125'])
  expect(
    ['12,5', '1.234.567', '1,234.5', '0.125', '1 234', '2.500', '7'].map(text => writtenNumber(text)?.proves),
  ).toEqual([',', ',', '.', '.', null, null, null])
})

test('tells the currency beside a number, and a percentage', () => {
  expect(
    ['$ 99.90', '£45.00', '4.711,98 €', 'USD 5', '5 eur', 'US$5', '5'].map(text => writtenNumber(text)?.sign),
  ).toEqual(['$', '£', '€', 'USD', 'eur', 'US$', null])
  expect([writtenNumber('21 %')?.percent, writtenNumber('21')?.percent]).toEqual([true, false])
  expect([
    signFits('$', 'USD'),
    signFits('$', 'MXN'),
    signFits('$', 'EUR'),
    signFits('eur', 'EUR'),
    signFits('US$', 'CAD'),
    signFits('Fr.', 'CHF'),
    signFits('USD', 'USD'),
  ]).toEqual([true, true, false, true, false, true, true])
})

test('reads every number back that is written with groups, a fraction, both or neither', () => {
  const groups = (whole: string, mark: string) =>
    [...whole].map((figure, at) => (at > 0 && (whole.length - at) % 3 === 0 ? mark : '') + figure).join('')
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10n ** 15n),
      fc.integer({ min: 0, max: 10 ** 6 - 1 }),
      fc.constantFrom<[string, DecimalMark]>(['.', ','], [',', '.'], [' ', ','], ['', '.'], ['', ',']),
      (whole, part, [group, mark]) => {
        const fraction = String(part).padStart(6, '0')
        expect(read(`${groups(String(whole), group)}${mark}${fraction}`)).toBe(
          `${whole}${part === 0 ? '' : `.${fraction.replace(/0{1,6}$/, '')}`}`,
        )
        expect(read(groups(String(whole), group), mark)).toBe(String(whole))
      },
    ),
  )
})

test('a text however long takes no time', () => {
  const start = performance.now()
  for (const text of ['0'.repeat(32_000), `1.${'0'.repeat(32_000)}1`, ' '.repeat(32_000), `${'1.234'.repeat(6000)}`])
    expect(read(text)).toBe('INVALID')
  expect(performance.now() - start).toBeLessThan(1_000)
})
