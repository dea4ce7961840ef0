import fc from 'fast-check'
import { divideHalfUp, formatDecimal, parseDecimal, readSum, safe, safeSum, shortest } from './decimal.js'

const largest = 2n ** 53n - 1n
const safeInteger = fc.bigInt({ min: -largest, max: largest })

describe('parseDecimal', () => {
  test.each([
    ['1234.5', 2, 123450n],
    ['-0.35', 2, -35n],
    ['7', 0, 7n],
    ['7.000', 0, 7n],
    ['1.2300', 2, 123n],
    ['007.10', 2, 710n],
    ['-0', 2, 0n],
    ['-0.00', 2, 0n],
    ['90071992547409.91', 2, largest],
  ])('reads %s with %i places', (text, places, value) => {
    expect(parseDecimal(text, places)).toBe(value)
  })

  test.each([
    '',
    ' ',
    '1 ',
    ' 1',
    '1.',
    '.5',
    '+1',
    '--1',
    '-',
    '1e3',
    '1E3',
    '1,5',
    '1_000',
    '0x10',
    'NaN',
    'Infinity',
    '1.2.3',
    '1\0',
    '1\n',
    '١٢',
    '１',
    '1'.repeat(61),
    `0.${'0'.repeat(100_000)}`,
  ])('refuses %j', text => {
    expect(() => parseDecimal(text, 2)).toThrow(expect.objectContaining({ code: 'DECIMAL_INVALID' }))
  })

  test.each([
    ['1.234', 2, '2 decimals'],
    ['1.05', 1, '1 decimal at'],
    ['0.5', 0, 'whole number'],
  ])('refuses the decimals of %s beyond %i places', (text, places, advice) => {
    expect(() => parseDecimal(text, places)).toThrow(
      expect.objectContaining({ code: 'DECIMAL_TOO_PRECISE', message: expect.stringContaining(advice) }),
    )
  })

  test.each(['90071992547409.92', '-90071992547409.92', '9'.repeat(50)])(
    'refuses %s, which would not stay exact',
    text => {
      expect(() => parseDecimal(text, 2)).toThrow(expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }))
    },
  )
})

describe('formatDecimal', () => {
  test.each([
    [123450n, 2, '1234.50'],
    [-5n, 2, '-0.05'],
    [0n, 3, '0.000'],
    [7n, 0, '7'],
    [-7n, 0, '-7'],
    [1n, 10, '0.0000000001'],
  ])('writes %s with %i places', (value, places, text) => {
    expect(formatDecimal(value, places)).toBe(text)
  })

  test('writes what parseDecimal reads back', () => {
    fc.assert(
      fc.property(safeInteger, fc.integer({ min: 0, max: 12 }), (value, places) => {
        expect(parseDecimal(formatDecimal(value, places), places)).toBe(value)
      }),
    )
  })
})

describe('divideHalfUp', () => {
  test.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [5n, -2n, -3n],
    [-5n, -2n, 3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [1n, 3n, 0n],
    [-1n, 3n, 0n],
    [0n, 7n, 0n],
  ])('%s / %s is %s', (numerator, denominator, quotient) => {
    expect(divideHalfUp(numerator, denominator)).toBe(quotient)
  })

  test('is the nearest integer, and of two as near the one farther from zero', () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt().filter(value => value !== 0n),
        (numerator, denominator) => {
          expect(divideHalfUp(numerator, denominator)).toBe(nearest(numerator, denominator))
        },
      ),
    )
  })

  test('refuses to divide by zero', () => {
    expect(() => divideHalfUp(1n, 0n)).toThrow(RangeError)
  })

  /** Another way to the same: the quotient cut off, and the distance to it and to its neighbour compared. */
  function nearest(numerator: bigint, denominator: bigint): bigint {
    const cut = numerator / denominator
    const away = cut + (numerator < 0n === denominator < 0n ? 1n : -1n)
    return distance(away) <= distance(cut) ? away : cut

    function distance(quotient: bigint): bigint {
      const difference = numerator - quotient * denominator
      return difference < 0n ? -difference : difference
    }
  }
})

test.each([
  ['21.0000', '21'],
  ['0.351275', '0.351275'],
  ['12.5000', '12.5'],
  ['100', '100'],
  ['0.0000', '0'],
  ['-1.10', '-1.1'],
])('the shortest way to write %s is %s', (text, short) => {
  expect(shortest(text)).toBe(short)
})

describe('safe', () => {
  test('lets pass what a number holds exactly', () => {
    expect(safe(largest)).toBe(largest)
    expect(safe(-largest)).toBe(-largest)
  })

  test('refuses what it does not', () => {
    expect(() => safe(largest + 1n)).toThrow(expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }))
    expect(() => safe(-largest - 1n)).toThrow(expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }))
  })
})

describe('sums of a database', () => {
  test('are read exactly from text, from whole numbers, and from nothing', () => {
    expect(['9223372036854775807', 12, -3, null, undefined].map(readSum)).toEqual([
      9223372036854775807n,
      12n,
      -3n,
      0n,
      0n,
    ])
  })

  test('are refused where a number has lost digits, and beyond what is told exactly', () => {
    expect(() => readSum(2 ** 53)).toThrow(expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }))
    expect(safeSum(-largest)).toBe(-largest)
    expect(() => safeSum(largest + 1n)).toThrow(expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }))
  })
})
