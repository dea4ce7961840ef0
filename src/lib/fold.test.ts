import fc from 'fast-check'
import { fold } from './fold.js'

test.each([
  ['Col·legi', 'collegi'],
  ['Coŀlegi', 'collegi'],
  ['Col.legi COL-LEGI il.lusió', 'collegi collegi illusio'],
  ['S.L.L. L.L. l-l Coca-Cola', 's.l.l. l.l. l-l coca-cola'],
  ["L'Hospitalet", 'lhospitalet'],
  ['L’Hospitalet', 'lhospitalet'],
  ['l´Hospitalet', 'lhospitalet'],
  ['l`Hospitalet', 'lhospitalet'],
  ['l＇Hospitalet', 'lhospitalet'],
  ['  Núria \t\n Muñoz\u00a0Garçon  ', 'nuria munoz garcon'],
  ['Müller & Söhne', 'muller & sohne'],
  ['STRASSE', 'strasse'],
  ['Straße', 'strasse'],
  ['STRAẞE', 'strasse'],
  ['Æsir Œuvre', 'aesir oeuvre'],
  ['Øresund', 'oresund'],
  ['Łódź', 'lodz'],
  ['Đorđe Ðóra Þór', 'dorde dora thor'],
  ['İstanbul ISPARTA ısparta', 'istanbul isparta isparta'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['Ａ１ ﬁ', 'a1 fi'],
  ['e\u0301 é', 'e e'],
  ['ŉ', 'n'],
  ['zero\u200bwidth', 'zerowidth'],
  ['', ''],
])('%j is %j', (text, folded) => {
  expect(fold(text)).toBe(folded)
})

test('changes nothing the second time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      expect(fold(fold(text))).toBe(fold(text))
    }),
    { numRuns: 2000 },
  )
})

test('folds every l.l and l-l at once', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[alL.·-]{0,12}$/), text => {
      expect(fold(fold(text))).toBe(fold(text))
      expect(fold(text)).not.toMatch(/[al]l[.-]l[al]/)
    }),
    { numRuns: 5000 },
  )
})
