import { isCurrencySign } from './currency-sign.js'
import { withoutFinalZeros } from './decimal.js'

/** The separator between the whole and its fraction. */
export type DecimalMark = '.' | ','

/** A number as a person writes it, before it is known which of its marks divides what. */
export interface WrittenNumber {
  negative: boolean
  /** Its figures, groups and fraction, with marks between them. */
  body: string
  /** The mark before its fraction, where the text can be read in one way only; null where it says nothing of that. */
  proves: DecimalMark | null
  /** The one mark that may stand before a fraction of three figures as well as between thousands. */
  doubtful: DecimalMark | null
  /** The sign or code of a currency that stands before or behind it. */
  sign: string | null
  percent: boolean
}

/** Longer ones are no numbers that anybody wrote. */
const longest = 60
const MINUS = '-\u2212'
const SPACES = ' \t\u00a0\u2009\u202f'
const GROUPING = `${SPACES}'’`

const isDigit = (letter: string | undefined) => letter !== undefined && letter >= '0' && letter <= '9'

/** Undefined where the text is no number: its marks contradict each other, or groups have not three figures. */
export function writtenNumber(text: string): WrittenNumber | undefined {
  if (text.length > longest) return undefined
  const letters = [...text]
  const first = letters.findIndex(isDigit)
  const last = letters.findLastIndex(isDigit)
  if (first === -1) return undefined
  const [before, behind] = [affix(letters.slice(0, first)), affix(letters.slice(last + 1))]
  const signs = [before.rest, behind.rest].filter(rest => rest !== '' && rest !== '%')
  if (
    signs.length > 1 ||
    signs.some(sign => !isCurrencySign(sign)) ||
    before.minuses + behind.minuses > 1 ||
    before.rest === '%'
  )
    return undefined
  const marks = marksOf(letters.slice(first, last + 1))
  return (
    marks && {
      negative: before.minuses + behind.minuses === 1,
      ...marks,
      sign: signs[0] ?? null,
      percent: behind.rest === '%',
    }
  )
}

function affix(letters: readonly string[]): { rest: string; minuses: number } {
  const rest = letters.filter(letter => !SPACES.includes(letter) && !MINUS.includes(letter)).join('')
  return { rest, minuses: letters.filter(letter => MINUS.includes(letter)).length }
}

function marksOf(letters: readonly string[]): Pick<WrittenNumber, 'body' | 'proves' | 'doubtful'> | undefined {
  const body = letters.map(letter => (GROUPING.includes(letter) ? ' ' : letter)).join('')
  const marks = [...body].filter(letter => !isDigit(letter))
  const final = marks.at(-1)
  if (final === undefined) return { body, proves: null, doubtful: null }
  if (marks.some(mark => !'., '.includes(mark))) return undefined
  const parts = body.split(/[., ]/)
  // A separator that comes once and last stands before a fraction; otherwise all of them divide thousands.
  const hasFraction = final !== ' ' && marks.indexOf(final) === marks.length - 1
  const whole = hasFraction ? parts.slice(0, -1) : parts
  const between = new Set(marks.slice(0, whole.length - 1))
  if (between.size > 1 || !areGroups(whole)) return undefined
  if (!hasFraction) return { body, proves: final === ' ' ? null : final === '.' ? ',' : '.', doubtful: null }
  const mark = final === ',' ? ',' : '.'
  const isDoubtful = marks.length === 1 && parts.at(-1)?.length === 3 && areGroups(parts) && !body.startsWith('0')
  return isDoubtful ? { body, proves: null, doubtful: mark } : { body, proves: mark, doubtful: null }
}

/** Whether they are thousands as they are grouped: of three figures each, but for the first. */
const areGroups = ([first = '', ...others]: readonly string[]) =>
  others.length === 0 ? first !== '' : first !== '' && first.length <= 3 && others.every(({ length }) => length === 3)

/**
 * `-1.234,50` → `-1234.5`. The mark of its column decides what is doubtful, EXACT that nothing divides its thousands;
 * undefined where nothing decides.
 */
export function decimalText(
  { negative, body, proves, doubtful }: WrittenNumber,
  decided: DecimalMark | 'EXACT' | null,
): string | undefined {
  if (doubtful && !decided) return undefined
  const point = doubtful
    ? decided === 'EXACT' || decided === doubtful
      ? body.indexOf(doubtful)
      : -1
    : proves
      ? body.lastIndexOf(proves)
      : -1
  const figures = (text: string) => [...text].filter(isDigit).join('')
  const whole = figures(point === -1 ? body : body.slice(0, point)).replace(/^0+(?=\d)/, '')
  const fraction = point === -1 ? '' : withoutFinalZeros(figures(body.slice(point)))
  const text = fraction === '' ? whole : `${whole}.${fraction}`
  return negative && text !== '0' ? `-${text}` : text
}
