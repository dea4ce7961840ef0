// Characters that Unicode calls ignorable show nothing; so do the marks of annotations and the empty Braille cell.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800]/u
const SELECTORS = String.raw`[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]`
const SEEN = `(?!${INVISIBLE.source})`
const MARKED = String.raw`${SEEN}[\p{L}\p{N}\p{S}\p{P}]`
// Exceptions that people do see: letters that join or do not, the look of a character, the flags of regions.
const IN_PLACE = [
  String.raw`(?<=${SEEN}[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]|${MARKED}${SELECTORS})[\u180e\u200c\u200d](?=${SEEN}[\p{L}\p{M}\p{Extended_Pictographic}])`,
  `(?<=${MARKED})${SELECTORS}`,
  String.raw`(?<=\u{1f3f4})[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}`,
].join('|')
const inPlace = new RegExp(IN_PLACE, 'gu')
const inPlaceOrInvisible = new RegExp(`(${IN_PLACE})|${INVISIBLE.source}`, 'gu')
const BREAK = /[\n\v\f\r\u0085\u2028\u2029]/u
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
const CONTROL = /\p{Cc}/u
const CONTROL_OF_LINES = /[^\P{Cc}\t\n\r]|[\u2028\u2029]/u

const isPlain = (text: string) => /^[ -~]*$/.test(text)

/**
 * Whether a character at the end of a text goes: white space and invisible characters do. One that shapes the character
 * before it, or turns the direction of the text after it, stays.
 */
const isTrimmed = (character: string) =>
  /\s/u.test(character) ||
  character === '\u0085' ||
  (INVISIBLE.test(character) &&
    !/[\ufe00-\ufe0f\u180b-\u180d\u180f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e0fff}]/u.test(character))

/** A text as all are stored and compared: in NFC, without white space and invisible characters at its ends. */
export function normalText(text: string): string {
  if (isPlain(text)) return text.trim()
  // One character at a time: a pattern that looks for the end would begin again at every space.
  const characters = text.normalize('NFC')
  let [from, to] = [0, characters.length]
  for (; from < to && isTrimmed(at(characters, from)); from += at(characters, from).length);
  for (; to > from && isTrimmed(before(characters, to)); to -= before(characters, to).length);
  return characters.slice(from, to)
}

const at = (text: string, index: number) => String.fromCodePoint(text.codePointAt(index) ?? 0)
const before = (text: string, index: number) =>
  /[\udc00-\udfff]/.test(text.charAt(index - 1)) && index > 1 ? at(text, index - 2) : text.charAt(index - 1)

/**
 * The character that a text may not hold, in words for an error, such as «a line break»; undefined where it is fine. A
 * text of one line holds no control, break, tab, mark of direction or other invisible character; joiners between
 * letters stay. `lines`: it may have several lines, and holds no control character but breaks and tabs.
 */
export function flawOf(text: string, lines: boolean): string | undefined {
  if (isPlain(text)) return undefined
  if (!text.isWellFormed()) return 'half a character, which is not valid Unicode text'
  if (lines) return CONTROL_OF_LINES.test(text) ? 'a control character' : undefined
  if (BREAK.test(text)) return 'a line break'
  if (text.includes('\t')) return 'a tab'
  if (CONTROL.test(text)) return 'a control character'
  const left = text.replace(inPlace, '')
  const turning = TURNING.exec(left)
  if (turning) return `a character that turns the direction of text (${codeOf(turning[0])})`
  const invisible = INVISIBLE.exec(left)
  return invisible ? `an invisible character (${codeOf(invisible[0])})` : undefined
}

const codeOf = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/**
 * Returns a text that `flawOf` accepts and `normalText` stores. In a text of one line, breaks and tabs become spaces.
 * Other forbidden characters are removed. An import reads every cell through it and warns CLEANED where
 * `cleanText(text, lines) !== normalText(text)`; white space alone that went at its ends is TRIMMED.
 */
export function cleanText(text: string, lines: boolean): string {
  if (isPlain(text)) return text.trim()
  const whole = text.toWellFormed().replaceAll('\ufffd', '').normalize('NFC')
  if (lines) return normalText(whole.replace(/[\u2028\u2029]/gu, '\n').replace(/[^\P{Cc}\t\n\r]/gu, ''))
  const spaced = whole.replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/gu, ' ').replace(/\p{Cc}/gu, '')
  return normalText(spaced.replace(inPlaceOrInvisible, (_all, kept: string | undefined) => kept ?? ''))
}

/** A caller's text as an error quotes it: between quotation marks, in one line, cut after `longest` characters. */
export function quoted(text: string, longest = 40): string {
  return JSON.stringify(shortened(text, longest))
}

const longestMessage = 2000

/** A message that may repeat a caller's text at any length, without its middle. */
export function shortMessage(message: string): string {
  if (message.length <= longestMessage) return message
  const end = message.slice(-500)
  return `${shortened(message, longestMessage - 600)} ${/^[\udc00-\udfff]/.test(end) ? end.slice(1) : end}`
}

/** A text cut after `longest` characters, never within one. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  const begun = text.slice(0, longest)
  return `${/[\ud800-\udbff]$/.test(begun) ? begun.slice(0, -1) : begun}…`
}
