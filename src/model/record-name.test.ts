import { cut, spoken } from './record-name.js'

test.each([
  ['dueOn', 'due on'],
  ['ownerId', 'owner'],
  ['contactIds', 'contacts'],
  ['timeEntryIds', 'time entries'],
  ['externalId', 'external id'],
  ['taxIdNumber', 'tax id number'],
  ['addressLine1', 'address line 1'],
  ['PurchaseOrder', 'purchase order'],
])('%s is spoken %s', (name, words) => {
  expect(spoken(name)).toBe(words)
})

test('a text is cut at a whole character, and not at all where it fits', () => {
  expect(cut('Bon dia', 7)).toBe('Bon dia')
  expect(cut('Bon dia a tothom', 9)).toBe('Bon dia…')
  expect(cut('👍👍👍', 2)).toBe('👍…')
})
