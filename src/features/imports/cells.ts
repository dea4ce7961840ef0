import { isDay, type Day } from '../../lib/calendar.js'
import { fold } from '../../lib/fold.js'
import { isCurrency } from '../../lib/money.js'
import { UserError } from '../../lib/user-error.js'

// What the cells of documents mean. Spreadsheets here write days first, and commas before decimals as well as points.

function refuse(code: string, message: string): never {
  throw new UserError(code, message)
}

/** `2026-01-31`, `31/01/2026`, `31-1-2026`, `31.1.2026`; the time of day is left out. */
export function dayOf(text: string): Day {
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.*)?$/.exec(text) ?? []
  const read = year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text.replace(/[T ]\d\d:.*$/, '')
  return isDay(read) ? read : refuse('DATE_INVALID', `${text} is no day: write 2026-01-31 or 31/01/2026.`)
}

/** A decimal without signs between thousands; of one separator before three figures nobody knows what it is, unless the file has numbers of its own. */
export function decimalReader(exact: boolean) {
  return (text: string): string => {
    const plain = text.replace(/[\s\u00a0€$£%]/g, '')
    const separators = plain.match(/[.,]/g) ?? []
    const last = plain.lastIndexOf(separators.at(-1) ?? ' ')
    const isThousands = separators.length > 1 && new Set(separators).size === 1
    if (!/^-?\d{1,3}([.,]\d{3})*([.,]\d+)?$|^-?\d+([.,]\d+)?$/.test(plain)) refuse('AMOUNT_INVALID', `${text} is no number such as 1234.50 or 1.234,50.`)
    if (separators.length === 1 && /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(plain) && !(exact && separators[0] === '.')) refuse('AMOUNT_AMBIGUOUS', `${text} may be a thousand or a fraction: write it as ${plain.replace(/[.,]/, '')} or with two decimals more.`)
    const whole = (last < 0 || isThousands ? plain : plain.slice(0, last)).replace(/[.,]/g, '')
    const fraction = last < 0 || isThousands ? '' : plain.slice(last + 1).replace(/0+$/, '')
    return `${whole.replace(/^(-?)0+(?=\d)/, '$1')}${fraction ? `.${fraction}` : ''}`
  }
}

/** Whole minutes of `1:30`, or of hours as a decimal. */
export function minutesOf(decimal: (text: string) => string) {
  return (text: string): number => {
    const [, hours, rest] = /^(\d{1,3}):([0-5]\d)$/.exec(text) ?? []
    const minutes = hours === undefined ? Number(decimal(text)) * 60 : Number(hours) * 60 + Number(rest)
    return Number.isInteger(Math.round(minutes * 1e6) / 1e6) ? Math.round(minutes) : refuse('HOURS_INVALID', `${text} hours are no whole number of minutes; write 1:30 or 1,5.`)
  }
}

const yes = new Set(['si', 'sí', 'yes', 'y', 's', 'true', '1', 'x', 'cert', 'verdadero', 'facturable', 'billable'])
const no = new Set(['no', 'n', 'false', '0', 'fals', 'falso'])

export function flagOf(text: string): boolean {
  const word = fold(text)
  return yes.has(word) || (no.has(word) ? false : refuse('FLAG_INVALID', `${text} is neither yes nor no: write sí or no.`))
}

export const currencyOf = (text: string): string =>
  isCurrency(text.toUpperCase()) ? text.toUpperCase() : refuse('CURRENCY_UNKNOWN', `${text} is not an ISO 4217 currency code such as EUR.`)

export const percentOf = (text: string): number =>
  /^\d{1,3}\s*%?$/.test(text) && parseInt(text) <= 100 ? parseInt(text) : refuse('PERCENT_INVALID', `${text} is not a whole percentage from 0 to 100.`)

/** One of some words, each with what it is called in Catalan, Spanish and English beside its own name. */
export function choiceOf<Choice extends string>(words: Readonly<Record<Choice, readonly string[]>>) {
  const byWord = new Map(Object.entries<readonly string[]>(words).flatMap(([choice, called]) => [choice, ...called].map(word => [fold(word.replaceAll('_', ' ')), choice as Choice]))) // its own keys
  return (text: string): Choice => byWord.get(fold(text.replaceAll('_', ' '))) ?? refuse('CHOICE_UNKNOWN', `${text} is none of ${Object.keys(words).join(', ')}.`)
}
