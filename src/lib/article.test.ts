import { counted, withArticle } from './article.js'

test.each([
  ['invoice', 'an invoice'],
  ['allocation', 'an allocation'],
  ['order', 'an order'],
  ['project', 'a project'],
  ['user', 'a user'],
  ['APIKey', 'an APIKey'],
  ['umbrella', 'an umbrella'],
])('%s: %s', (noun, words) => {
  expect(withArticle(noun)).toBe(words)
  expect(withArticle(noun, true)).toBe(words.replace('a', 'A'))
})

test('a noun is in the singular where there is one', () => {
  expect(counted(1, 'time entries')).toBe('1 time entry')
  expect(counted(1, 'invoices')).toBe('1 invoice')
  expect(counted(2, 'invoices')).toBe('2 invoices')
})
