import fc from 'fast-check'
import { codeWords, compact, indexedWords, plain, readingsOf, signatureOf, wordsOf } from './words.js'

test.each([
  ["l'Hospitalet de Llobregat", 'hospitalet de llobregat'],
  ['L’Hospitalet', 'hospitalet'],
  ['L＇Hospitalet', 'hospitalet'],
  ["Fills d'Òscar", 'fills oscar'],
  ["s'Agaró n'Aina m'Agrada t'Estimo", 'agaro aina agrada estimo'],
  ["dell'Arte all'Aria un'Idea quest'anno sant'Anna", 'arte aria idea anno anna'],
  ["qu'elle j'ai c'est", 'elle ai est'],
  ["O'Brien & Sons", 'obrien sons'],
  ['Col·legi, Coŀlegi', 'collegi collegi'],
  ['Construccions Garcia, S.L.', 'construccions garcia sl'],
  ['Celler de Vic, S. C. C. L.', 'celler de vic sccl'],
  ['A.B.C', 'abc'],
  ['Roca S.L i Fills S.L. i S. A. i J. Mas', 'roca sl i fills sl i sa i j mas'],
  ['3.a x.1', '3 a x 1'],
  ['J.M.Garcia', 'jm garcia'],
  ['info@garcia-fills.example', 'info garcia fills example'],
  ['B-58.378.431', 'b 58378431'],
  ['24-7 Serveis 2.0', '247 serveis 20'],
  ['F2026/0001', 'f2026 0001'],
  ["l'", 'l'],
  ['«»·—', ''],
  ['東京 株式会社', '東京 株式会社'],
  ['Straße', 'strasse'],
])('%j is asked for as %j', (text, words) => {
  expect(wordsOf(text).join(' ')).toBe(words)
  expect(plain(text)).toBe(words)
})

test.each([
  ["l'Hospitalet", ['hospitalet', 'lhospitalet']],
  ["d'en Roc, S.L.", ['en', 'den', 'roc', 'sl']],
  ['24-7', ['24', '7', '247']],
  ['Roca Roca', ['roca']],
])('%j is found by %j', (text, words) => {
  expect(indexedWords(text)).toEqual(words)
})

test.each([
  ['Coca-Cola Light', ['coca', 'cola', 'light', 'cocacola']],
  ['Coca-Cola-Light', ['coca', 'cola', 'light', 'cocacolalight', 'colalight']],
  ['Col.legi', ['collegi', 'legi']],
  ['COL-LEGI', ['collegi', 'legi']],
  ["O'Brien", ['obrien', 'brien']],
  ['S.L.L. de Mal-Lluís', ['sll', 'de', 'mallluis', 'lluis']],
  ['info@hotel.lloret.example', ['info', 'hotellloret', 'example', 'lloret']],
])('%j is found by %j as well', (text, words) => {
  expect(indexedWords(text)).toEqual(words)
})

test.each([
  ['cocacola', ['cocacola']],
  ['coca-cola', ['coca cola', 'cocacola']],
  ['col-legi', ['collegi', 'col legi']],
  ['col.legi', ['collegi', 'col legi']],
  ["l'hospitalet", ['hospitalet', 'lhospitalet']],
  ["o'brien", ['obrien', 'o brien']],
  ['B-58.378.431', ['b 58378431', 'b58378431']],
  ['24-7', ['247']],
  ['S.L.L.', ['sll']],
  ["d'en Col-legi-Nou", ['en collegi nou', 'den colleginou', 'en col legi nou']],
])('%j may mean %j', (text, readings) => {
  expect(readingsOf(text).map(words => words.join(' '))).toEqual(readings)
})

test('however hyphens and apostrophes of a name are left out or written, each way of asking for it finds it', () => {
  const letters = fc.stringMatching(/^[a-zçàL]{1,6}$/)
  fc.assert(
    fc.property(
      fc.array(letters, { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom('-', "'", '’', '·', ''), { minLength: 4, maxLength: 4 }),
      (parts, marks) => {
        const name = parts.map((part, at) => `${part}${at < parts.length - 1 ? marks[at] : ''}`).join('')
        const found = indexedWords(name)
        const asked = [name, name.replace(/[-'’·]/g, ''), name.replace(/[-'’]/g, ' ')]
        for (const query of asked)
          expect([
            name,
            query,
            readingsOf(query).some(words => words.every(word => found.some(each => each.startsWith(word)))),
          ]).toEqual([name, query, true])
      },
    ),
    { numRuns: 3000 },
  )
})

test.each([
  ['ESB58378431', ['esb58378431', '58378431']],
  ['ERP-00012', ['erp00012', 'erp', '00012']],
  ['F2026/0001', ['f20260001', 'f2026', '0001', '2026', '20260001']],
])('the code %j is found by %j', (code, words) => {
  expect(codeWords(code)).toEqual(words)
})

test.each([
  ['ES B-58.378.431', 'esb58378431'],
  ['b58378431', 'b58378431'],
  ['Núm. 7/A', 'num7a'],
  ['---', ''],
])('the code %j is compared as %j', (code, text) => {
  expect(compact(code)).toBe(text)
})

const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-cl'’.@\- 0-9·À]{0,20}$/))

test('whatever a text says, it is found by it as it stands, by each of its words and by any beginning of them', () => {
  fc.assert(
    fc.property(texts, text => {
      const found = indexedWords(text)
      for (const word of wordsOf(text)) expect(found).toContain(word)
      expect(found.every(word => word !== '' && /^[\p{L}\p{N}]+$/u.test(word))).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test('a word has at most 64 characters, and never half of one', () => {
  const [word = ''] = wordsOf('𝐀'.repeat(80) + '🦊')
  expect([...word]).toHaveLength(64)
  expect(wordsOf('𠮷'.repeat(80)).every(each => each.isWellFormed())).toBe(true)
})

test('a signature has every bit of the signatures of the beginnings of its words', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-zç]{1,9}$/), { maxLength: 20 }),
      fc.nat(),
      fc.nat(),
      (words, at, length) => {
        const beginning = (words[at % Math.max(1, words.length)] ?? '').slice(0, 1 + (length % 9))
        const mask = signatureOf([beginning])
        expect(signatureOf(words) & mask).toBe(mask)
        expect(signatureOf(words) < 2n ** 62n).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
})

test('a signature lets few entries through that lack a word', () => {
  const letters = 'abcdefghilmnoprstuv'
  const words = [...letters].flatMap(a => [...'aeiou'].flatMap(b => [...letters].map(c => `${a}${b}${c}x`)))
  const at = (place: number) => words[(place * 7919) % words.length] ?? ''
  let [lacking, passed] = [0, 0]
  for (let entry = 0; entry < 300; entry++) {
    const held = Array.from({ length: 14 }, (_, word) => at(entry * 14 + word))
    const signature = signatureOf(held)
    for (let other = 0; other < 50; other++) {
      const wanted = at(entry * 31 + other * 101 + 7)
      if (held.includes(wanted)) continue
      lacking++
      if ((signature & signatureOf([wanted])) === signatureOf([wanted])) passed++
    }
  }
  expect(passed / lacking).toBeLessThan(0.2)
})
