import { readReferenceRates } from './reference-rates.js'

const hist = 'Date,USD,JPY,CYP,GBP,\n2026-03-09,1.0822,161.52,N/A,0.84365,\n2026-03-06,1.081,160.9,N/A,0.843,\n'
const read = (text: string, base = 'EUR', since?: string) =>
  [...readReferenceRates(text, base, since)].map(({ currency, day, rate }) => `${currency} ${day} ${rate}`)

test('turns units for one euro into euros for one unit, half-up at ten places', () => {
  expect(read(hist).slice(0, 3)).toEqual([
    'USD 2026-03-09 9240436149',
    'JPY 2026-03-09 61911838',
    'GBP 2026-03-09 11853256682',
  ])
  expect(read(hist)).toHaveLength(6)
})

test('crosses rates where the base is another currency', () => {
  expect(read(hist, 'USD').slice(0, 3)).toEqual([
    'EUR 2026-03-09 10822000000',
    'JPY 2026-03-09 67000991',
    'GBP 2026-03-09 12827594382',
  ])
  expect(read('Date,USD,GBP,\n2026-03-09,N/A,0.8,\n', 'USD')).toEqual([])
})

test('leaves out what is older, and reads the file of one day', () => {
  expect(read(hist, 'EUR', '2026-03-07')).toHaveLength(3)
  expect(read('Date, USD, JPY, \n9 March 2026, 1.0822, 161.52, ')).toEqual([
    'USD 2026-03-09 9240436149',
    'JPY 2026-03-09 61911838',
  ])
})

test('refuses another file in words', () => {
  for (const text of [
    '',
    'Name;City\nA;B',
    'Date,USD,JPY,\nyesterday,1,2,',
    'Date,USD,JPY,\n2026-03-09,0,2,',
    '<html>',
  ])
    expect(() => read(text)).toThrow(/reference file/)
  expect(() => read(hist, 'KWD')).toThrow(/no column of KWD/)
  expect(() => read('Date,USD,JPY,\n2026-03-09,abc,2,')).toThrow()
})
