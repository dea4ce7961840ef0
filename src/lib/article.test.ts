import { withArticle } from './article.js'

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
