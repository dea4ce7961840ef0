import fc from 'fast-check'
import { checkedFileName, cleanFileName, contentDisposition } from './file-name.js'
import { UserError } from './user-error.js'

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      ' ',
      '\0',
      '\r\n',
      '\u202E',
      '\u2028',
      '\uFEFF',
      '"',
      '%',
      "'",
      '(',
      '*',
      'à',
      '🧾',
      '\uD800',
      '\uDC00',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
  maxLength: 300,
})

test('a name that a file comes with is always one that a person could give it', () => {
  fc.assert(
    fc.property(nasty, given => {
      const clean = cleanFileName(given)
      expect(clean.length).toBeGreaterThan(0)
      expect(clean.length).toBeLessThanOrEqual(200)
      expect(clean.isWellFormed()).toBe(true)
      expect(checkedFileName(clean)).toBe(clean)
      expect(cleanFileName(clean)).toBe(clean)
    }),
    { numRuns: 2000 },
  )
})

test('a long name keeps its ending, and no half of a letter', () => {
  expect(cleanFileName(`${'x'.repeat(300)}.tar.gz`)).toBe(`${'x'.repeat(197)}.gz`)
  expect(cleanFileName(`${'🧾'.repeat(150)}.pdf`)).toBe(`${'🧾'.repeat(98)}.pdf`)
  expect(cleanFileName(`a${'🧾'.repeat(150)}.pdf`)).toBe(`a${'🧾'.repeat(97)}.pdf`)
})

test('a name that would mislead is refused', () => {
  for (const name of ['', ' ', '.', '..', 'a/b', 'a\\b', 'a\nb', 'gpj\u202Eexe'])
    expect(() => checkedFileName(name)).toThrow(UserError)
  expect(checkedFileName(' Factura d’abril.pdf ')).toBe('Factura d’abril.pdf')
})

test('the header of a download is one line of ASCII from which the whole name is read', () => {
  fc.assert(
    fc.property(nasty, given => {
      const name = cleanFileName(given)
      const header = contentDisposition('attachment', name)
      const [, plain, whole = ''] =
        /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]*)$/.exec(header) ?? []
      expect(plain).toMatch(/^[^"\\%]*$/)
      expect(decodeURIComponent(whole)).toBe(name)
    }),
    { numRuns: 2000 },
  )
  expect(contentDisposition('inline', "Camí d'estiu (1).pdf")).toBe(
    "inline; filename=\"Cami d'estiu (1).pdf\"; filename*=UTF-8''Cam%C3%AD%20d%27estiu%20%281%29.pdf",
  )
})
