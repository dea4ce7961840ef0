import { formatDecimal } from '../lib/decimal.js'
import { fold } from '../lib/fold.js'
import { flawOf, normalText } from '../lib/text.js'
import { UserError } from '../lib/user-error.js'
import type { FieldDefinition } from './field-definition.js'
import type { EntityMetadata } from './entity-metadata.js'

/** The name that callers know a field by. */
export const inputName = ({ name, input }: FieldDefinition) => input ?? name

/**
 * Brings the texts of a record into the form in which all are stored and compared. It also makes the folded texts by
 * which lists are sorted and searched. Code that writes a record need not think of either.
 */
export function settleTexts({ fields }: EntityMetadata, row: object) {
  const values = row as Record<string, unknown> // read by the names of its own fields
  for (const field of fields) {
    const value = values[field.name]
    if (field.kind === 'text' && !field.exact && typeof value === 'string') settleText(fields, field, values, value)
    if (field.kind === 'texts' && !field.exact && Array.isArray(value)) {
      const normal = value.map((each: unknown) => (typeof each === 'string' ? normalText(each) : each))
      if (normal.some((each, at) => each !== value[at])) values[field.name] = normal
    }
  }
}

function settleText(
  fields: readonly FieldDefinition[],
  { name, folded, nullable }: FieldDefinition,
  values: Record<string, unknown>,
  value: string,
) {
  const normal = normalText(value)
  if (normal !== value) values[name] = normal === '' && nullable ? null : normal
  if (folded === undefined) return
  const longest = fields.find(field => field.name === folded)?.max ?? Infinity
  const cut = fold(normal).slice(0, longest)
  values[folded] = cut.isWellFormed() ? cut : [...cut].filter(character => character.isWellFormed()).join('')
}

/** Refuses values that the fields of a record do not allow, before they reach the database. */
export function validate(record: EntityMetadata, row: object) {
  settleTexts(record, row)
  const values = row as Record<string, unknown> // read by the names of its own fields
  const derived = new Set(record.fields.map(({ folded }) => folded))
  for (const field of record.fields) {
    if (derived.has(field.name)) continue
    const value = values[field.name]
    if (value === null || value === undefined) {
      if (field.nullable) continue
      throw new UserError('REQUIRED', `${inputName(field)} is required.`, inputName(field))
    }
    for (const text of Array.isArray(value) ? value : [value]) if (typeof text === 'string') validateText(field, text)
    if (field.kind === 'integer' && (!Number.isInteger(value) || Math.abs(Number(value)) > 2_147_483_647)) {
      throw new UserError('NUMBER_INVALID', `${inputName(field)} must be a whole number.`, inputName(field))
    }
    if (typeof value === 'bigint' && (value > 9007199254740991n || value < -9007199254740991n)) {
      throw new UserError(
        'NUMBER_TOO_LARGE',
        `${inputName(field)} is too large; give at most ${formatDecimal(9007199254740991n, field.places ?? 0)}.`,
        inputName(field),
      )
    }
  }
}

function validateText(field: FieldDefinition, value: string) {
  const name = inputName(field)
  if (field.max !== undefined && value.length > field.max) {
    throw new UserError(
      'TEXT_TOO_LONG',
      `${name} has ${value.length} characters; shorten it to at most ${field.max}.`,
      name,
    )
  }
  const flaw = flawOf(value, field.lines === true || field.exact === true)
  if (flaw) throw new UserError('TEXT_INVALID', `${name} holds ${flaw}; remove it.`, name)
  if (field.kind === 'text' && !field.exact && value === '')
    throw new UserError('REQUIRED', `${name} must not be blank.`, name)
}
