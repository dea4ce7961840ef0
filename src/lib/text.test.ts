import fc from 'fast-check'
import { draws } from '../../test/support/draws.js'
import { cleanText, flawOf, normalText, quoted, shortened } from './text.js'

test.each([
  ['  Roca, S.L. \t\r\n', 'Roca, S.L.'],
  ['Cafe\u0301', 'Café'],
  ['\u200b\ufeff\u2060 marta@x.example\u00a0\u200b', 'marta@x.example'],
  ['\u202eLS live\u200e', '\u202eLS live'],
  ['A\u200bB', 'A\u200bB'],
  ['\u200b', ''],
  ['\u3164\u2800\u115f', ''],
  ['I \u2764\ufe0f', 'I \u2764\ufe0f'],
  [
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} ',
    '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  ],
  [' 𠮷 ', '𠮷'],
  ['', ''],
])('%j is stored as %j', (text, normal) => {
  expect(normalText(text)).toBe(normal)
})

test.each([
  ['Con\nsalto SL', 'a line break', 'Con salto SL'],
  ['Con\r\n\r\nsalto', 'a line break', 'Con salto'],
  ['Con\u2028salto', 'a line break', 'Con salto'],
  ['Tab\tSL', 'a tab', 'Tab SL'],
  ['A\u0007B', 'a control character', 'AB'],
  ['\u202eLS live', 'a character that turns the direction of text (U+202E)', 'LS live'],
  ['\u2066A\u2069 B', 'a character that turns the direction of text (U+2066)', 'A B'],
  ['A\u200bB SL', 'an invisible character (U+200B)', 'AB SL'],
  ['soft\u00adhyphen', 'an invisible character (U+00AD)', 'softhyphen'],
  ['A \u200d B', 'an invisible character (U+200D)', 'A  B'],
  ['A\u200d\u200dB', 'an invisible character (U+200D)', 'AB'],
  ['A\u{e0041}B', 'an invisible character (U+E0041)', 'AB'],
  ['\u3164', 'an invisible character (U+3164)', ''],
  ['A\ud800B', 'half a character, which is not valid Unicode text', 'AB'],
])('in one line %j holds %s, and an import makes it %j', (text, flaw, clean) => {
  expect(flawOf(text, false)).toBe(flaw)
  expect(cleanText(text, false)).toBe(clean)
})

test.each([
  'Àngels Müller, S.L.',
  'می\u200cخواهم',
  'क्\u200dष',
  '👨\u200d👩\u200d👧',
  '❤\ufe0f\u200d🔥',
  '🏃🏽\u200d♀\ufe0f',
  '1\ufe0f\u20e3',
  '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  'NBSP\u00a0Firma',
  'שלום בע"מ',
  '中文公司',
])('%j may stand in one line as it is', text => {
  expect(flawOf(text, false)).toBeUndefined()
  expect(cleanText(text, false)).toBe(text.normalize('NFC'))
})

test('a text of several lines keeps breaks, tabs and what its writer put in to turn its direction', () => {
  const text = 'One\r\n\ttwo \u202bthree\u202c four'
  expect(flawOf(text, true)).toBeUndefined()
  expect(cleanText(text, true)).toBe(text)
  expect(flawOf('a\u001bb', true)).toBe('a control character')
  expect(cleanText('a\u001bb\u2028c', true)).toBe('ab\nc')
})

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u200b',
      '\u200c',
      '\u200d',
      '\ufe0f',
      '\u202e',
      '\u3164',
      '\n',
      '\t',
      ' ',
      '\0',
      '\ud800',
      '\udc00',
      'a',
      'é',
      'e\u0301',
      '👩',
      '🏽',
      '\u{1f3f4}',
      '\u{e0067}',
      '\u{e007f}',
      '\u034f',
      '\u2028',
      '\u0085',
      '\ufffd',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
})

test('whatever a cell says, what an import makes of it may be stored, and is the same when it is read again', () => {
  fc.assert(
    fc.property(hostile, fc.boolean(), (text, lines) => {
      const clean = cleanText(text, lines)
      expect(flawOf(clean, lines)).toBeUndefined()
      expect(normalText(clean)).toBe(clean)
      expect(cleanText(clean, lines)).toBe(clean)
      if (flawOf(text, lines) === undefined && !text.includes('\ufffd')) expect(clean).toBe(normalText(text))
    }),
    { numRuns: draws(20_000) },
  )
})

test('a long text is read in one pass', () => {
  for (const piece of [' ', '\u200b', 'a ', 'a\u200b', '\t', '\u{1f3f4}\u{e0067}', 'é\u200d']) {
    const text = `é${piece.repeat(100_000)}é`
    expect(normalText(text).startsWith('é')).toBe(true)
    expect(flawOf(cleanText(text, false), false)).toBeUndefined()
  }
})

test('a caller’s text is quoted in one line, and cut, never within a character', () => {
  expect(quoted('a"b\n')).toBe('"a\\"b\\n"')
  expect(quoted('x'.repeat(900_000))).toBe(`"${'x'.repeat(40)}…"`)
  expect(shortened('ab𠮷', 3)).toBe('ab…')
  expect(shortened('ab𠮷', 4)).toBe('ab𠮷')
})
