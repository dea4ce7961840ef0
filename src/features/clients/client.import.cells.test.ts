import { UserError } from '../../lib/user-error.js'
import { daysOf } from './client.import.cells.js'

function told<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return error.code
    throw error
  }
}

test.each([
  ['60', 60],
  ['60 días', 60],
  ['60 dies', 60],
  ['1 day', 1],
  ['30 d.', 30],
  ['30.0', 30],
  ['366', 'PAYMENT_TERMS_INVALID'],
  ['30/60', 'PAYMENT_TERMS_INVALID'],
  ['-1', 'PAYMENT_TERMS_INVALID'],
])('%j is %s days', (text, days) => {
  expect(told(() => daysOf(text))).toBe(days)
})

test('no cell takes long to read, whatever it says', () => {
  expect(told(() => daysOf('1'.repeat(32_000)))).toBe('PAYMENT_TERMS_INVALID')
})
