import { createReadStream } from 'node:fs'
import iconv from 'iconv-lite'
import type { EightBit } from './table.js'

/** The names of the encodings in iconv-lite. */
export const charsets: Readonly<Record<EightBit, string>> = {
  WINDOWS_1252: 'windows-1252',
  CP850: 'cp850',
  MAC_ROMAN: 'macintosh',
}

/** Letters of Catalan and Spanish, and those of other western languages, which are rarer here. */
const USUAL = 'áéíóúñüçàèòïÁÉÍÓÚÑÜÇÀÈÒÏ'
const RARE = 'âêîôûäëöãõåæøœßìùýÂÊÎÔÛÄËÖÃÕÅÆØŒÌÙÝ'

/** The signs beside a byte. */
const [OTHER, LOWER, UPPER, HIGH] = [0, 1, 2, 3] as const
type Neighbour = typeof OTHER | typeof LOWER | typeof UPPER | typeof HIGH

/** The most that a letter outside a word counts: it may as well be a sign of another encoding. */
const alone = 0.2

/** Another encoding than Windows-1252 has to be this much likelier for each byte, and this likely by itself. */
const advantage = 0.3
const likely = 0.6

/**
 * Returns the encoding of a text that is not Unicode, judged by its letters. In the right encoding nearly every byte
 * above ASCII is a letter of these languages, in the case of its neighbours. By default it returns Windows-1252.
 */
export async function eightBitOf(path: string): Promise<EightBit> {
  const counts = await countHigh(path)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const judged = (Object.keys(charsets) as EightBit[]).map(encoding => ({
    encoding,
    share: score(counts, encoding) / total,
  })) // its own keys
  const usual = judged.find(({ encoding }) => encoding === 'WINDOWS_1252')?.share ?? 0
  const best = judged
    .filter(({ share }) => share >= likely && share > usual + advantage)
    .sort((a, b) => b.share - a.share)[0]
  return best?.encoding ?? 'WINDOWS_1252'
}

/** Counts each byte above ASCII with the signs on both sides of it, as `byte · 16 + before · 4 + behind`. */
async function countHigh(path: string): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  let [before, byte] = [0, 0]
  const add = (behind: number) => {
    if (byte > 127) {
      const key = byte * 16 + neighbourOf(before) * 4 + neighbourOf(behind)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    ;[before, byte] = [byte, behind]
  }
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>)
    for (const next of chunk) add(next) // no encoding is set
  add(0)
  return counts
}

function neighbourOf(byte: number): Neighbour {
  if (byte > 127) return HIGH
  if (byte >= 97 && byte <= 122) return LOWER
  return byte >= 65 && byte <= 90 ? UPPER : OTHER
}

function score(counts: ReadonlyMap<number, number>, encoding: EightBit): number {
  let sum = 0
  for (const [key, count] of counts)
    sum +=
      count *
      worth(
        iconv.decode(Buffer.from([key >> 4]), charsets[encoding]),
        ((key >> 2) & 3) as Neighbour,
        (key & 3) as Neighbour,
      ) // two bits each
  return sum
}

/** Returns how well a letter fits between its neighbours, from −1 to 1. */
function worth(letter: string, before: Neighbour, behind: Neighbour): number {
  const neighbours = [before, behind]
  const weight = USUAL.includes(letter) ? 1 : RARE.includes(letter) ? 0.5 : 0
  if (weight === 0) return worthOfSign(letter, before, behind)
  if (!neighbours.includes(LOWER) && !neighbours.includes(UPPER)) return Math.min(weight, alone)
  const isUpper = letter !== letter.toLowerCase()
  if (isUpper) return before === LOWER ? -1 : weight
  return behind === UPPER || (before === UPPER && behind !== LOWER) ? -0.5 : weight
}

function worthOfSign(letter: string, before: Neighbour, behind: Neighbour): number {
  const isBetween = before !== OTHER && behind !== OTHER
  if (letter === '\u00a0') return isBetween ? 0 : 0.5
  if ('€£¥'.includes(letter))
    return 0.5 - 0.75 * [before, behind].filter(each => each === LOWER || each === UPPER).length
  if ('ªº'.includes(letter)) return behind === OTHER ? 0.5 : -1
  if ('·’'.includes(letter) && isBetween) return 0.6
  if ('«»“”‘’–…¿¡°'.includes(letter)) return isBetween ? -1 : 0.3
  return before !== OTHER || behind !== OTHER ? -1 : 0
}

// Signs that stand within a word when its letters were read in the wrong encoding, and signs that UTF-8 gives when read
// as Windows-1252.
const ODD =
  /\p{L}[\u00a2-\u00a9\u00ac\u00af\u00b1\u00b4-\u00b6\u00b8\u00b9\u00bc-\u00be\u00d7\u00f7†‡‰‹›ƒ„ˆ˜\u2500-\u259f]{1,4}\p{L}|\p{Ll}[\u00c0-\u00deŠŽŸ–—…•¡¿°]{1,4}\p{Ll}|[ÂÃ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/u

/** Whether a text seems to be read in the wrong encoding, judged by its beginning. */
export const looksMisread = (text: string) => ODD.test(text.slice(0, 1000))
