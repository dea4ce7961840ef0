import { fold, foldLetters, joinGeminates } from './fold.js'

/** The longest word, in characters; the rest of a longer one does not count. */
export const longestWord = 64

// fold() drops apostrophes, which separate an article from its word: this mark stands for them meanwhile.
const MARK = '\u0001'
const APOSTROPHES = /['’‘‛`´\u1ffdʼʻʽʹ′＇]/gu
const ELISION = new RegExp(`^(?:[cdjlmnst]|qu|un|(?:a|da|de|ne|su|que|be)ll|sant|quest)${MARK}(?=.)`, 'u') // l'Hospitalet, d'Olot, qu'elle, dell'Arte
const ACRONYM = /(?<![\p{L}\p{N}])(?:(?:\p{L}\.)+\p{L}(?![\p{L}\p{N}.])|(?:\p{L}\.){2,}|\p{L}\.(?: \p{L}\.)+)/gu // S.L, S.L., S. C. C. L.
const TOKEN = new RegExp(`[\\p{L}\\p{N}${MARK}]+`, 'gu')
const DIGIT_GROUPS = /(?<=\d)[.-](?=\d)/gu // 58.378.431

/** Characters that may join the parts of one word: «Coca-Cola» is «cocacola» and «coca cola». */
const HYPHENS = '\\-\\u2010\\u2011\\u2013'
const HYPHEN = new RegExp(`(?<=[\\p{L}\\p{N}])[${HYPHENS}](?=[\\p{L}\\p{N}])`, 'gu')
const GEMINATE = /(?<=\p{L}l)\.(?=l\p{L})/gu // of Col.legi
const CHAIN = new RegExp(`[\\p{L}\\p{N}${MARK}]+(?:[${HYPHENS}][\\p{L}\\p{N}${MARK}]+)*`, 'gu')
const BETWEEN = new RegExp(`[${HYPHENS}${MARK}]+`, 'u')

/** The words a person means by a text, in order: «l'Hospitalet, S.L.» is «hospitalet sl». Queries are read so. */
export function wordsOf(text: string): string[] {
  return tokens(joinGeminates(marked(text)).replace(DIGIT_GROUPS, '')).map(({ word }) => word)
}

/** A name as it is compared with what is asked for. */
export const plain = (text: string) => wordsOf(text).join(' ')

/**
 * Returns the readings of a query as lists of words; the first is that of `wordsOf`. Hyphens, points within l.l and
 * apostrophes may stand for nothing, or for a space. A record matches if one reading finds it.
 */
export function readingsOf(text: string): string[][] {
  const folded = marked(text).replace(DIGIT_GROUPS, '')
  const together = folded.replace(HYPHEN, '').replace(GEMINATE, '').replaceAll(MARK, '')
  const apart = (folded.replace(HYPHEN, ' ').replace(GEMINATE, ' ').match(TOKEN) ?? [])
    .flatMap(token => token.replace(ELISION, '').split(MARK))
    .filter(word => word !== '')
    .map(cut)
  const readings = [wordsOf(text), tokens(together).map(({ word }) => word), apart]
  return [...new Map(readings.filter(words => words.length > 0).map(words => [words.join(' '), words])).values()]
}

/**
 * Returns every word by whose beginning a text is found. These include words with their article («lhospitalet»),
 * figures in groups, and every end of a word that hyphens and apostrophes divide.
 */
export function indexedWords(text: string): string[] {
  const folded = marked(text)
  const joined = joinGeminates(folded)
  return unique([
    ...[joined, joined.replace(DIGIT_GROUPS, '')].flatMap(each =>
      tokens(each).flatMap(token => [token.word, token.joined]),
    ),
    ...endsOf(folded),
  ])
}

/** «cocacola», «cola» of «coca-cola»: their beginnings are those of its parts, alone and with what follows. */
function endsOf(folded: string): string[] {
  const chains = folded.replace(GEMINATE, '-').match(CHAIN) ?? []
  return chains.flatMap(chain => {
    const parts = chain.split(BETWEEN).filter(part => part !== '')
    return parts.length < 2 ? [] : parts.map((_part, at) => cut(parts.slice(at, at + longestWord).join('')))
  })
}

/** A tax id, a number or an external id without anything between its letters and figures. */
export const compact = (code: string) => cut(fold(code).replace(/[^\p{L}\p{N}]/gu, ''))

/** The words by which a code is found: whole, by its parts, and by its figures alone. */
export function codeWords(code: string): string[] {
  const whole = compact(code)
  const figures = fold(code).match(/\d+/g) ?? []
  return unique([whole, ...indexedWords(code), ...figures.map(cut), whole.replace(/\D/g, '')])
}

const marked = (text: string) =>
  foldLetters(text.replace(APOSTROPHES, MARK)).replace(ACRONYM, letters => `${letters.replace(/[. ]/g, '')} `)

function tokens(folded: string): { word: string; joined: string }[] {
  return (folded.match(TOKEN) ?? [])
    .map(token => ({
      word: cut(token.replace(ELISION, '').replaceAll(MARK, '')),
      joined: cut(token.replaceAll(MARK, '')),
    }))
    .filter(({ word }) => word !== '')
}

const cut = (word: string) => (word.length <= longestWord ? word : [...word].slice(0, longestWord).join(''))
const unique = (words: string[]) => [...new Set(words)].filter(word => word !== '')

/**
 * The bits of a signature that stand for the first letters of a word: how many letters, from which bit, among how many.
 * Nearly every entry has the common pairs of two letters. All fit a signed integer of 64 bits.
 */
const parts = [
  [2, 0, 15],
  [3, 15, 20],
  [4, 35, 27],
] as const

/**
 * A sum of words in 62 bits. A text that lacks a bit of the query's signature lacks one of its words. A text with all
 * bits may still lack one: about one in five of those that lack a word has them.
 */
export function signatureOf(words: readonly string[]): bigint {
  let bits = 0n
  for (const word of words) {
    const letters = [...word]
    for (const [length, from, among] of parts) {
      if (letters.length >= length) bits |= 1n << BigInt(from + hash(letters.slice(0, length).join(''), among))
    }
  }
  return bits
}

function hash(text: string, among: number): number {
  let value = 0x811c9dc5
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193) // FNV-1a: by a multiple of 31 only the last letter would count
  return ((value ^ (value >>> 15)) >>> 0) % among
}
