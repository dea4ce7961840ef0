import { formatDecimal } from '../lib/decimal.js'
import { fold } from '../lib/fold.js'
import { flawOf, normalText } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'
import type { FieldWord, RecordWord } from './field.js'

/** What callers call a field. */
export const inputName = ({ name, input }: FieldWord) => input ?? name

/**
 * Brings the texts of a record into the form in which all are stored and compared, and makes those that follow from
 * them, folded, for sorting and searching. Whoever writes a record need not think of either.
 */
export function settleTexts({ fields }: RecordWord, row: object) {
  const values = row as Record<string, unknown> // read by the names of its own words
  for (const word of fields) {
    const value = values[word.name]
    if (word.kind === 'text' && !word.exact && typeof value === 'string') settleText(fields, word, values, value)
    if (word.kind === 'texts' && !word.exact && Array.isArray(value)) {
      const normal = value.map((each: unknown) => (typeof each === 'string' ? normalText(each) : each))
      if (normal.some((each, at) => each !== value[at])) values[word.name] = normal
    }
  }
}

function settleText(
  fields: readonly FieldWord[],
  { name, folded, nullable }: FieldWord,
  values: Record<string, unknown>,
  value: string,
) {
  const normal = normalText(value)
  if (normal !== value) values[name] = normal === '' && nullable ? null : normal
  if (folded === undefined) return
  const longest = fields.find(word => word.name === folded)?.max ?? Infinity
  const cut = fold(normal).slice(0, longest)
  values[folded] = cut.isWellFormed() ? cut : [...cut].filter(character => character.isWellFormed()).join('')
}

/** Refuses values that the words of a record do not allow, before they reach the database. */
export function validate(record: RecordWord, row: object) {
  settleTexts(record, row)
  const values = row as Record<string, unknown> // read by the names of its own words
  const derived = new Set(record.fields.map(({ folded }) => folded))
  for (const word of record.fields) {
    if (derived.has(word.name)) continue
    const value = values[word.name]
    if (value === null || value === undefined) {
      if (word.nullable) continue
      throw new UserError('REQUIRED', `${inputName(word)} is required.`, inputName(word))
    }
    for (const text of Array.isArray(value) ? value : [value]) if (typeof text === 'string') validateText(word, text)
    if (word.kind === 'integer' && (!Number.isInteger(value) || Math.abs(Number(value)) > 2_147_483_647)) {
      throw new UserError('NUMBER_INVALID', `${inputName(word)} must be a whole number.`, inputName(word))
    }
    if (typeof value === 'bigint' && (value > 9007199254740991n || value < -9007199254740991n)) {
      throw new UserError(
        'NUMBER_TOO_LARGE',
        `${inputName(word)} is too large: at most ${formatDecimal(9007199254740991n, word.places ?? 0)}.`,
        inputName(word),
      )
    }
  }
}

function validateText(word: FieldWord, value: string) {
  const name = inputName(word)
  if (word.max !== undefined && value.length > word.max) {
    throw new UserError('TEXT_TOO_LONG', `${name} has ${value.length} characters; at most ${word.max} fit.`, name)
  }
  const flaw = flawOf(value, word.lines === true || word.exact === true)
  if (flaw) throw new UserError('TEXT_INVALID', `${name} holds ${flaw}; remove it.`, name)
  if (word.kind === 'text' && !word.exact && value === '')
    throw new UserError('REQUIRED', `${name} must not be blank.`, name)
}
