import { type CellFormat } from './cell-format.js'

const secondsOfDay = 86_400
/** Excel keeps 15 digits of a number. Further digits are left over from adding in binary: 0.30000000000000004. */
const digits = 15

/**
 * Returns a number of a cell as its reader sees it: plain, padded, or as a day or time. The calendar of the workbook
 * begins in 1900 or 1904.
 */
export function numberText(stored: string, format: CellFormat, from1904: boolean): string {
  const value = Number(stored)
  if (stored.trim() === '' || !Number.isFinite(value)) return stored
  if (format === 'NUMBER') return plain(stored, value)
  if (typeof format === 'number')
    return Number.isInteger(value) && value >= 0 ? plain(stored, value).padStart(format, '0') : plain(stored, value)
  return instant(value, format, from1904) ?? plain(stored, value)
}

/** Writes a number without exponent. A whole number keeps all its digits. */
function plain(stored: string, value: number): string {
  if (/^-?(0|[1-9]\d*)$/.test(stored)) return stored === '-0' ? '0' : stored
  const text = String(Number.isInteger(value) ? value : Number(value.toPrecision(digits)))
  const [mantissa = '', exponent] = text.split('e')
  return exponent === undefined ? text : shifted(mantissa, Number(exponent))
}

/** `1.5`, −7 → `0.00000015`. */
function shifted(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', part = ''] = mantissa.slice(sign.length).split('.')
  const point = whole.length + exponent
  const all = whole + part
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${all}`
  return `${sign}${all.padEnd(point, '0').slice(0, point)}${all.length > point ? `.${all.slice(point)}` : ''}`
}

function instant(serial: number, format: 'DAY' | 'TIME' | 'DAY_AND_TIME', from1904: boolean): string | undefined {
  const seconds = Math.round(serial * secondsOfDay)
  if (serial < 0) return undefined
  if (format === 'TIME') return timeText(seconds)
  const day = dayText(Math.floor(seconds / secondsOfDay), from1904)
  return format === 'DAY' || day === undefined ? day : `${day}T${timeText(seconds % secondsOfDay)}`
}

/**
 * Day 60 of the older calendar is 29 February 1900, which never existed, but Excel shows it. The reader of the day
 * reports it.
 */
function dayText(day: number, from1904: boolean): string | undefined {
  if (!from1904 && day === 60) return '1900-02-29'
  const first = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, day > 60 ? 30 : 31)
  const date = new Date(first + day * secondsOfDay * 1000)
  if ((!from1904 && day === 0) || !(date.getUTCFullYear() <= 9999)) return undefined
  return date.toISOString().slice(0, 10)
}

/** Hours go on beyond 24: time worked is kept like that. */
function timeText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
