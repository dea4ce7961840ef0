import fc from 'fast-check'
import { isId, newId, prefixOf, randomSecret, sha256 } from './id.js'

describe('newId', () => {
  test('is a prefix and 26 characters without i, l, o and u', () => {
    expect(newId('cli')).toMatch(/^cli_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
  })

  test('sorts in the order of making, inside a millisecond too', () => {
    const ids = Array.from({ length: 5000 }, () => newId('cli'))

    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('sorts in the order of making among those of one given instant', () => {
    const at = new Date('2026-03-01T12:00:00Z')
    const ids = Array.from({ length: 5000 }, () => newId('cli', at))

    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('sorts by the instants given', () => {
    const instant = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        fc.pre(a.getTime() < b.getTime())
        expect(newId('inv', a) < newId('inv', b)).toBe(true)
      }),
    )
  })

  test('made now comes after one dated yesterday', () => {
    expect(newId('cli', new Date(Date.now() - 86_400_000)) < newId('cli')).toBe(true)
  })

  test.each([new Date(NaN), new Date(-1)])('refuses an instant it cannot hold: %p', at => {
    expect(() => newId('cli', at)).toThrow(RangeError)
  })
})

describe('isId', () => {
  test('knows its own', () => {
    const id = newId('cli')

    expect(isId(id)).toBe(true)
    expect(isId(id, 'cli')).toBe(true)
    expect(isId(id, 'inv')).toBe(false)
    expect(prefixOf(id)).toBe('cli')
  })

  test.each([
    '',
    'cli',
    'cli_',
    '_01jd0000000000000000000000',
    'cli_01jd',
    'cli_81jd0000000000000000000000',
    'cli_01jd000000000000000000000u',
    'CLI_01jd0000000000000000000000',
    'cli_01JD0000000000000000000000',
    'cli_01jd0000000000000000000000 ',
    'cli_01jd0000000000000000000000\n',
    'cli_01jd00000000000000000000000',
  ])('%j is none', text => {
    expect(isId(text)).toBe(false)
    expect(prefixOf(text)).toBeUndefined()
  })
})

test.each([
  [1, 2],
  [16, 26],
  [20, 32],
  [32, 52],
])('a secret of %i bytes has %i characters', (bytes, length) => {
  expect(randomSecret(bytes)).toMatch(new RegExp(`^[0-9a-hjkmnp-tv-z]{${length}}$`))
})

test('refuses to make an empty secret', () => {
  expect(() => randomSecret(0)).toThrow(RangeError)
})

test('two secrets differ', () => {
  expect(randomSecret(20)).not.toBe(randomSecret(20))
})

test('sha256 is hexadecimal, of the text in UTF-8', () => {
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c')
})
