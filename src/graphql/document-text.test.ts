import fc from 'fast-check'
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import { nestsDeeper } from './document-text.js'

/** How deep a document nests by GraphQL's own lexer, up to where that refuses it. */
function depthOf(text: string): number {
  const lexer = new Lexer(new Source(text))
  let depth = 0
  let deepest = 0
  try {
    while (lexer.advance().kind !== TokenKind.EOF) {
      const { kind } = lexer.token
      if (kind === TokenKind.PAREN_L || kind === TokenKind.BRACKET_L || kind === TokenKind.BRACE_L)
        deepest = Math.max(deepest, ++depth)
      if (kind === TokenKind.PAREN_R || kind === TokenKind.BRACKET_R || kind === TokenKind.BRACE_R) depth--
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
  }
  return deepest
}

const pieces = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  '"""',
  '\\"""',
  '\\"',
  '\\\\',
  '\\',
  '#',
  '\n',
  '\r',
  ' ',
  'a',
  '...',
  'é',
]
const documents = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map(parts => parts.join(''))

test('never finds less depth than the lexer of GraphQL, which may refuse a document sooner', () => {
  fc.assert(
    fc.property(documents, text => {
      const depth = depthOf(text)
      if (depth > 0) expect(nestsDeeper(text, depth - 1)).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

/** Texts that the lexer takes whole. */
const valid = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '""',
      '"{\\"["',
      '"""{ " ( \\""" ["""',
      '# {{{ " """\n',
      '# [[[ "\r',
      ' ',
      ' a ',
    ),
    { maxLength: 40 },
  )
  .map(parts => parts.join(' '))

test('finds exactly the depth of a document that the lexer takes', () => {
  fc.assert(
    fc.property(valid, text => {
      const depth = depthOf(text)
      expect(nestsDeeper(text, depth)).toBe(false)
      if (depth > 0) expect(nestsDeeper(text, depth - 1)).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

test.each([
  ['quotation marks that are never closed', `{__typename}"${'\\"'.repeat(50_000)}`],
  ['block strings that are never closed', `{__typename}${'"""'.repeat(33_333)}`],
  ['one that holds others', `{__typename}"""${'\\"""'.repeat(25_000)}`],
  ['comments', '#\n'.repeat(50_000)],
  ['a comment of quotation marks', `#${'"'.repeat(100_000)}`],
])('looks once at each letter of %s', (_name, text) => {
  let looks = 0
  const counted = new Proxy(new String(text), {
    get(target, name) {
      looks++
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value // a method, of whatever kind
    },
  }) as unknown as string // read like one
  expect(nestsDeeper(counted, 100)).toBe(false)
  expect(looks).toBeLessThan(10 * text.length)
})
