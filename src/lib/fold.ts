// NFKD turns a lone ´ into a space and a mark, so it has to go before; ’ of ŉ and · of ŀ only appear after.
const DROPPED = /[·‧∙⋅•'’‘‛`´\u1ffdʼʻʽʹ′\p{M}\p{Cf}]/gu

/** Most of what is folded; it needs a quarter of the work. */
const ASCII = /^[\x20-\x7e]*$/

const LETTERS = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ħ', 'h'],
  ['ŧ', 't'],
  ['ŋ', 'n'],
  ['ĸ', 'k'],
  ['ı', 'i'],
  ['ς', 'σ'],
])
const UNDECOMPOSED = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'g')
// People whose keyboard has no · type l·l so.
const GEMINATE = /(?<=\p{L})l[.-]l(?=\p{L})/gu

/**
 * Text for sorting and searching: «L'Hospitalet Col·legi» is «lhospitalet collegi», in every locale; so is «Col.legi».
 */
export const fold = (text: string): string => joinGeminates(foldLetters(text))

/** The same, with l.l and l-l as they were typed. */
export function foldLetters(text: string): string {
  if (ASCII.test(text)) return text.replace(/['`]/g, '').toLowerCase().replace(/\s+/g, ' ').trim()
  return text
    .replace(DROPPED, '')
    .normalize('NFKD')
    .replace(DROPPED, '')
    .toLowerCase()
    .replace(UNDECOMPOSED, letter => LETTERS.get(letter) ?? letter)
    .replace(/\s+/g, ' ')
    .trim()
}

/** «col.legi» and «col-legi» are «collegi», of folded text. */
export const joinGeminates = (folded: string): string => folded.replace(GEMINATE, 'll')
