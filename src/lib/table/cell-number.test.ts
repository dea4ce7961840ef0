import fc from 'fast-check'
import { numberText } from './cell-number.js'

test.each([
  ['12345678901', '12345678901'],
  ['1.2345678901E10', '12345678901'],
  ['0.1', '0.1'],
  ['0.10000000000000001', '0.1'],
  ['0.30000000000000004', '0.3'],
  ['1.1000000000000001', '1.1'],
  ['1E-7', '0.0000001'],
  ['1.5e-9', '0.0000000015'],
  ['1E+21', '1000000000000000000000'],
  ['1.25E+22', '12500000000000000000000'],
  ['-2.5', '-2.5'],
  ['-0', '0'],
  ['12345678901234567890', '12345678901234567890'],
  ['9007199254740993', '9007199254740993'],
  ['', ''],
])('the number stored as %s reads %s', (stored, text) => {
  expect(numberText(stored, 'NUMBER', false)).toBe(text)
})

test('tells every number of up to 15 digits as it is, however it was stored', () => {
  const plain = (digits: bigint, places: number) => {
    const text = String(digits).padStart(places + 1, '0')
    return `${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`.replace(/\.?0*$/, match =>
      match.startsWith('.') ? '' : match,
    )
  }
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 15n - 1n),
      fc.integer({ min: 1, max: 25 }),
      fc.boolean(),
      fc.boolean(),
      (digits, places, negative, exponent) => {
        const expected =
          (negative ? '-' : '') +
          plain(digits, places)
            .replace(/(\.\d*?)0+$/, '$1')
            .replace(/\.$/, '')
        const stored = `${negative ? '-' : ''}${exponent ? `${digits}e-${places}` : plain(digits, places)}`
        expect(numberText(stored, 'NUMBER', false)).toBe(expected)
      },
    ),
    { numRuns: 2000 },
  )
})

test.each([
  ['1', false, '1900-01-01'],
  ['59', false, '1900-02-28'],
  ['60', false, '1900-02-29'],
  ['61', false, '1900-03-01'],
  ['45351', false, '2024-02-29'],
  ['45351.9', false, '2024-02-29'],
  ['2958465', false, '9999-12-31'],
  ['0', true, '1904-01-01'],
  ['43889', true, '2024-02-29'],
  ['0', false, '0'],
  ['-3', false, '-3'],
  ['2958466', false, '2958466'],
])('day %s, from 1904: %s, is %s', (stored, from1904, text) => {
  expect(numberText(stored, 'DAY', from1904)).toBe(text)
})

test('tells every second of every day', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1900, 2, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 }), second => {
      const serial = (second * 1000 - Date.UTC(1899, 11, 30)) / 86_400_000
      expect(numberText(String(serial), 'DAY_AND_TIME', false)).toBe(new Date(second * 1000).toISOString().slice(0, 19))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['0.4375', '10:30:00'],
  ['0.99999', '23:59:59'],
  ['1.0625', '25:30:00'],
])('time %s is %s', (stored, text) => {
  expect(numberText(stored, 'TIME', false)).toBe(text)
})

test('pads whole numbers alone', () => {
  expect(numberText('8221', 5, false)).toBe('08221')
  expect(numberText('123456', 5, false)).toBe('123456')
  expect(numberText('1.5', 5, false)).toBe('1.5')
  expect(numberText('-12', 5, false)).toBe('-12')
})
