import fc from 'fast-check'
import { decimalsOf, formatMoney, isCurrency, parseMoney, RATE_PLACES, share, toBase } from './money.js'
import { parseDecimal } from './decimal.js'

const rate = (text: string) => parseDecimal(text, RATE_PLACES)
const amount = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })

test.each([
  ['EUR', 2],
  ['JPY', 0],
  ['KWD', 3],
  ['UYW', 4],
])('%s has %i decimals', (currency, decimals) => {
  expect(isCurrency(currency)).toBe(true)
  expect(decimalsOf(currency)).toBe(decimals)
})

test.each(['EURO', 'eur', '', 'XXX', 'XAU', 'constructor', '__proto__'])('%j is no currency', code => {
  expect(isCurrency(code)).toBe(false)
  expect(() => decimalsOf(code)).toThrow(expect.objectContaining({ code: 'CURRENCY_UNKNOWN' }))
  expect(() => parseMoney('1', code)).toThrow(expect.objectContaining({ code: 'CURRENCY_UNKNOWN' }))
})

test.each([
  ['1234.50', 'EUR', 123450n],
  ['1234', 'JPY', 1234n],
  ['-0.005', 'KWD', -5n],
])('%s %s is that many minor units and back', (text, currency, minor) => {
  expect(parseMoney(text, currency)).toBe(minor)
  expect(formatMoney(minor, currency)).toBe(text)
})

test('refuses decimals that the currency does not have', () => {
  expect(() => parseMoney('1.5', 'JPY')).toThrow(expect.objectContaining({ code: 'DECIMAL_TOO_PRECISE' }))
})

describe('toBase', () => {
  test.each([
    [10000n, 'USD', 'EUR', '0.92345', 9235n], // 92.345, half-up
    [-10000n, 'USD', 'EUR', '0.92345', -9235n],
    [1000n, 'JPY', 'EUR', '0.0061234567', 612n], // 6.1234567
    [1500n, 'KWD', 'EUR', '2.9876543211', 448n], // 1.500 KWD = 4.48148…
    [123450n, 'EUR', 'JPY', '163.31', 201606n], // 201606.195
    [123450n, 'EUR', 'EUR', '1', 123450n],
  ])('%s of %s in %s at %s', (minor, currency, base, text, expected) => {
    expect(toBase(minor, currency, base, rate(text))).toBe(expected)
  })

  test('changes nothing in the base currency', () => {
    fc.assert(
      fc.property(amount, minor => {
        expect(toBase(minor, 'EUR', 'EUR', rate('1'))).toBe(minor)
      }),
    )
  })

  test('refuses what would not stay exact', () => {
    expect(() => toBase(2n ** 53n - 1n, 'USD', 'EUR', rate('1.1'))).toThrow(
      expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }),
    )
  })
})

describe('share', () => {
  test.each([
    [100n, 1n, 3n, 33n],
    [100n, 1n, 8n, 13n],
    [-100n, 1n, 8n, -13n],
    [0n, 1n, 3n, 0n],
  ])('of %s, %s of %s, is %s', (whole, part, total, expected) => {
    expect(share(whole, part, total)).toBe(expected)
  })

  test('of the total is the whole', () => {
    fc.assert(
      fc.property(
        amount,
        amount.filter(total => total !== 0n),
        (whole, total) => {
          expect(share(whole, total, total)).toBe(whole)
        },
      ),
    )
  })
})
