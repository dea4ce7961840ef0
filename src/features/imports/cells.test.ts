import { UserError } from '../../lib/user-error.js'
import { dayOf, isErrorCell, isShortened, minutesOf, numberOf, percentOf } from './cells.js'

function told<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return error.code
    throw error
  }
}

const number = (text: string) => numberOf(text, { kind: 'TEXT', percentage: false, mark: null }).decimal

test.each([
  ['2026-01-31', '2026-01-31'],
  ['31/01/2026', '2026-01-31'],
  ['3-1-2026 10:30', '2026-01-03'],
  ['2026-01-31T10:30:00', '2026-01-31'],
  ['2026-01-31 23:59', '2026-01-31'],
  ['2025-03-13T23:00:00Z', '2025-03-14'],
  ['2025-03-13T22:59:59.999Z', '2025-03-13'],
  ['2025-07-13T22:00:00Z', '2025-07-14'],
  ['2025-03-13 23:00:00 UTC', '2025-03-14'],
  ['2025-03-14T00:30:00+02:00', '2025-03-13'],
  ['2025-03-13T23:30:00-0500', '2025-03-14'],
  ['2025-03-14T00:00:00+01', '2025-03-14'],
  ['2026-02-30', 'DATE_INVALID'],
  ['31/02/2026', 'DATE_INVALID'],
  ['2026-01-31T25:00:00Z', 'DATE_INVALID'],
  ['2026-01-31T10:00:00+99:00', 'DATE_INVALID'],
  ['14/03/25', 'DATE_INVALID'],
  ['demà', 'DATE_INVALID'],
  [`2026-01-31 ${' '.repeat(32_000)}x`, 'DATE_INVALID'],
])('%j is the day %s in Madrid', (text, day) => {
  expect(told(() => dayOf(text, 'Europe/Madrid'))).toBe(day)
})

test.each([
  ['1:30', 90],
  ['01:30:00', 90],
  ['1h 30m', 90],
  ['1 h', 60],
  ['2h15', 135],
  ['1 hora 5 minuts', 65],
  ['90 min', 90],
  ['45m', 45],
  ['1,5', 90],
  ['0,25', 15],
  ['0,33', 20],
  ['0,333', 20],
  ['0.333333333333333', 20],
  ['0,67', 40],
  ['0,1', 6],
  ['8', 480],
  ['1,51', 'HOURS_INVALID'],
  ['0,01', 'HOURS_INVALID'],
  ['1:30:30', 'HOURS_INVALID'],
  ['1:60', 'AMOUNT_INVALID'],
  ['1 dia', 'AMOUNT_INVALID'],
  ['1.250', 'AMOUNT_AMBIGUOUS'],
])('%j hours are %s minutes', (text, minutes) => {
  expect(told(() => minutesOf(text, number))).toBe(minutes)
})

test('a number cell is exact, a percentage a hundredfold where its field is one, and a text cell is read as in CSV', () => {
  const of = (text: string, kind: 'TEXT' | 'NUMBER' | 'PERCENTAGE', percentage: boolean) =>
    told(() => numberOf(text, { kind, percentage, mark: null }).decimal)
  expect([of('2.5', 'NUMBER', false), of('1.234', 'NUMBER', false), of('1.234', 'TEXT', false)]).toEqual([
    '2.5',
    '1.234',
    'AMOUNT_AMBIGUOUS',
  ])
  expect(['0.21', '0.105', '1', '0.0525', '0.005', '-0.15', '0'].map(text => of(text, 'PERCENTAGE', true))).toEqual([
    '21',
    '10.5',
    '100',
    '5.25',
    '0.5',
    '-15',
    '0',
  ])
  expect([
    of('0.21', 'PERCENTAGE', false),
    of('0.21', 'NUMBER', true),
    of('21 %', 'TEXT', true),
    of('21 %', 'TEXT', false),
    of('21 €', 'TEXT', true),
  ]).toEqual(['0.21', '0.21', '21', 'AMOUNT_INVALID', 'AMOUNT_INVALID'])
  expect([told(() => percentOf('50')), told(() => percentOf('33.3')), told(() => percentOf('101'))]).toEqual([
    50,
    'PERCENT_INVALID',
    'PERCENT_INVALID',
  ])
})

test('knows what a spreadsheet shows where a formula failed, and what Excel makes of long numbers', () => {
  expect(
    ['#N/A', '#n/d', '#¡REF!', '#DIV/0!', '#¿NOMBRE?', '#########', 'Err:502'].filter(text => !isErrorCell(text)),
  ).toEqual([])
  expect(['#1', '# 4', 'N/A', '#401', 'Err', '#N/A SL', 'C#'].filter(isErrorCell)).toEqual([])
  expect(['4,30001E+11', '8.43E+12', '3E+10', '1,5E-07'].filter(text => !isShortened(text))).toEqual([])
  expect(['43E+10', '4,3E11', 'E+11', '4,3E+', '1E+1', '430001'].filter(isShortened)).toEqual([])
})

test('a cell however long takes no time', () => {
  const start = performance.now()
  for (const text of [
    `1.${'0'.repeat(32_000)}1`,
    '0'.repeat(32_000),
    `1${' '.repeat(32_000)}h`,
    `${'1:'.repeat(16_000)}`,
  ]) {
    for (const read of [
      () => number(text),
      () => dayOf(text, 'Europe/Madrid'),
      () => minutesOf(text, number),
      () => isErrorCell(text),
      () => isShortened(text),
    ])
      told<unknown>(read)
  }
  expect(performance.now() - start).toBeLessThan(500)
})
