import { e164, isSamePhone, phoneIn, phoneWords } from './phone.js'

test.each([
  ['937 800 123', 'ES', '+34937800123'],
  ['+34 937-80.01.23', 'FR', '+34937800123'],
  ['0034937800123', 'ES', '+34937800123'],
  ['+44 (0)20 7946 0958', 'ES', '+442079460958'],
  ['020 7946 0958', 'GB', '+442079460958'],
  ['06 6982 1234', 'IT', '+390669821234'],
  ['93 780 01 23 ext. 4', 'ES', '+34937800123'],
  ['937 800 123', null, undefined],
  ['937 800 123', 'ZZ', undefined],
  ['112', 'ES', undefined],
  ['-', 'ES', undefined],
  ['demaneu per la Núria', 'ES', undefined],
  ['9'.repeat(100_000), 'ES', undefined],
])('%j in %s is %s', (text, country, number) => {
  expect(e164(text, country)).toBe(number)
})

test('phones are compared by their E.164 form, else by their digits', () => {
  expect(isSamePhone('937 800 123', 'ES', '+34 93 780 01 23', 'FR')).toBe(true)
  expect(isSamePhone('937 800 123', 'ES', '937 800 123', 'FR')).toBe(false)
  expect(isSamePhone('ext 12', 'ES', 'Ext. 12', 'ES')).toBe(true)
})

test.each([
  ['937 800 123', 'ES', ['937800123', '34937800123']],
  ['+34937800124', 'PT', ['34937800124', '937800124']],
  ['+44 (0)20 7946 0958', 'ES', ['442079460958', '2079460958', '02079460958']],
  ['020 7946 0958', 'GB', ['02079460958', '442079460958', '2079460958']],
  ['tel. 937 800 123 / 600 111 222, ext. 4', 'ES', ['937800123', '34937800123', '600111222', '34600111222']],
  ['93/780 01 23', 'ES', ['937800123', '34937800123', '7800123']],
  ['12345', 'ES', []],
  ['-', 'ES', []],
])('%j in %s is found by %j', (text, country, words) => {
  expect(phoneWords(text, country)).toEqual(expect.arrayContaining(words))
  expect(phoneWords(text, country).filter(word => !words.includes(word) && word.length < 12)).toEqual([])
})

test.each([
  ['937 800 123', { digits: '937800123', rest: ' ' }],
  ['+34937800124', { digits: '34937800124', rest: ' ' }],
  ['0034 937.800-123', { digits: '34937800123', rest: ' ' }],
  ['+44 (0)20 7946', { digits: '44207946', rest: ' ' }],
  ['roca 937800', { digits: '937800', rest: 'roca  ' }],
  ['(93) 78 00 roca', { digits: '937800', rest: ' roca' }],
  ['93780', undefined],
  ['B58378431', undefined],
  ['937800123x', undefined],
  ['roca', undefined],
])('%j asks for %j', (query, asked) => {
  const found = phoneIn(query)
  expect(found && { ...found, rest: found.rest.replace(/ +/g, ' ') }).toEqual(
    asked && { ...asked, rest: asked.rest.replace(/ +/g, ' ') },
  )
})
