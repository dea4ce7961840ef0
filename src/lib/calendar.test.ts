import fc from 'fast-check'
import { addDays, dayIn, daysBetween, firstOfMonth, isDay, isTimeZone, minuteIn, yearOf } from './calendar.js'

describe('isDay', () => {
  test.each(['2026-02-28', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '0099-06-15'])('%s is', text => {
    expect(isDay(text)).toBe(true)
  })

  test.each([
    '2026-02-30',
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-04-31',
    '0000-01-01',
    '26-01-01',
    '2026-1-1',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    '+12026-01-01',
    '-0001-01-01',
    '2026/01/01',
    '२०२६-०१-०१',
    '',
  ])('%j is not', text => {
    expect(isDay(text)).toBe(false)
  })
})

describe('the first of a month', () => {
  test.each([
    ['2026-03-10', 0, '2026-03-01'],
    ['2026-03-01', 2, '2026-01-01'],
    ['2026-03-31', 3, '2025-12-01'],
    ['2026-12-31', 12, '2025-12-01'],
    ['2026-01-31', 119, '2016-02-01'],
    ['0100-01-15', 1, '0099-12-01'],
    ['0001-02-03', 1, '0001-01-01'],
  ])('of %s, %i months before, is %s', (day, before, first) => {
    expect(firstOfMonth(day, before)).toBe(first)
  })

  test('is none before the year 1', () => {
    expect(() => firstOfMonth('0001-02-03', 2)).toThrow(expect.objectContaining({ code: 'DAY_OUT_OF_RANGE' }))
  })
})

describe('counting days', () => {
  test.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-01-01', -1, '2025-12-31'],
    ['2026-03-28', 2, '2026-03-30'], // summer time begins between
    ['0099-12-31', 1, '0100-01-01'],
    ['2026-05-05', 0, '2026-05-05'],
  ])('%s and %i days is %s', (day, days, later) => {
    expect(addDays(day, days)).toBe(later)
    expect(daysBetween(day, later)).toBe(days)
  })

  test('adds what lies between', () => {
    const day = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map(date => date.toISOString().slice(0, 10))
    fc.assert(
      fc.property(day, day, (from, to) => {
        expect(addDays(from, daysBetween(from, to))).toBe(to)
      }),
    )
  })

  test.each([
    ['9999-12-31', 1],
    ['0001-01-01', -1],
    ['2026-01-01', 1e12],
    ['2026-01-01', NaN],
  ])('refuses to leave the calendar: %s and %d', (day, days) => {
    expect(() => addDays(day, days)).toThrow(expect.objectContaining({ code: 'DAY_OUT_OF_RANGE' }))
  })

  test('the year of a day', () => {
    expect(yearOf('2026-12-31')).toBe(2026)
    expect(yearOf('0099-01-01')).toBe(99)
  })
})

test.each(['Europe/Madrid', 'America/St_Johns', 'Pacific/Apia', 'UTC'])('%s is a time zone', name => {
  expect(isTimeZone(name)).toBe(true)
})

test.each(['Europe/Atlantis', '', '+01:00', 'CEST!', 'Europe/Madrid '])('%j is not a time zone', name => {
  expect(isTimeZone(name)).toBe(false)
})

describe('the day somewhere', () => {
  test.each([
    ['Europe/Madrid', '2026-01-31T22:59:59.999Z', '2026-01-31'],
    ['Europe/Madrid', '2026-01-31T23:00:00.000Z', '2026-02-01'],
    ['Europe/Madrid', '2026-06-30T21:59:59.999Z', '2026-06-30'],
    ['Europe/Madrid', '2026-06-30T22:00:00.000Z', '2026-07-01'],
    ['Europe/Madrid', '2025-12-31T23:30:00.000Z', '2026-01-01'],
    ['America/St_Johns', '2026-01-01T03:29:59.999Z', '2025-12-31'],
    ['America/St_Johns', '2026-01-01T03:30:00.000Z', '2026-01-01'],
    ['America/St_Johns', '2026-07-01T02:29:59.999Z', '2026-06-30'],
    ['America/St_Johns', '2026-07-01T02:30:00.000Z', '2026-07-01'],
    ['Pacific/Apia', '2026-01-01T10:59:59.999Z', '2026-01-01'],
    ['Pacific/Apia', '2026-01-01T11:00:00.000Z', '2026-01-02'],
    ['Pacific/Apia', '2011-12-30T09:59:59.999Z', '2011-12-29'],
    ['Pacific/Apia', '2011-12-30T10:00:00.000Z', '2011-12-31'], // Samoa left out the 30th to cross the date line
    ['UTC', '0099-06-15T12:00:00.000Z', '0099-06-15'],
  ])('in %s at %s is %s', (timeZone, instant, day) => {
    expect(dayIn(timeZone, new Date(instant))).toBe(day)
  })

  test.each([
    ['Europe/Madrid', '2026-01-31T23:00:59.999Z', '2026-02-01 00:00'],
    ['America/St_Johns', '2026-07-01T02:29:59.999Z', '2026-06-30 23:59'],
    ['Asia/Kathmandu', '2026-03-10T07:15:00.000Z', '2026-03-10 13:00'],
  ])('the minute in %s at %s is %s', (timeZone, instant, minute) => {
    expect(minuteIn(timeZone, new Date(instant))).toBe(minute)
  })

  test('is a day at any instant in any zone', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
    const instant = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
    fc.assert(fc.property(zone, instant, (timeZone, at) => isDay(dayIn(timeZone, at))))
  })
})
