import type { Validator } from 'stdnum'
import { load } from './load.js'
import { UserError } from './user-error.js'

export interface TaxIdWarning {
  code: string
  message: string
}

// stdnum reads K, L and M numbers with parseInt, which takes letters among the digits: the form is checked here.
const FORM = /^(\d{8}[A-Z]|[KLMXYZ]\d{7}[A-Z]|[ABCDEFGHJNPQRSUVW]\d{7}[0-9A-J])$/
const LOST_ZEROS = /^\d{1,7}[A-Z]$/
const LETTER_IS_USUAL = /^[NPQRSW].*\d$/
const DIGIT_IS_USUAL = /^[ABEH].*[A-Z]$/

/** A Spanish tax id, normalised and without ES. */
export function parseNif(text: string): { number: string; warnings: TaxIdWarning[] } {
  const number = LOST_ZEROS.test(text) && isNif(text.padStart(9, '0')) ? text.padStart(9, '0') : text

  if (number.length !== 9) throw new UserError('TAX_ID_LENGTH', wrongLength(number), 'taxId')
  if (!FORM.test(number))
    throw new UserError(
      'TAX_ID_FORMAT',
      `${number} is not written like a Spanish tax id (NIF): use 8 digits and a letter, or a letter, 7 digits and a letter or digit.`,
      'taxId',
    )
  if (!hasRightCheckCharacter(number))
    throw new UserError(
      'TAX_ID_CHECK_CHARACTER',
      `The last character of ${number} does not match the others: compare it with a document for a typing mistake.`,
      'taxId',
    )

  const warnings: TaxIdWarning[] = []
  if (number !== text)
    warnings.push({
      code: 'TAX_ID_PADDED',
      message: `${text} was completed with leading zeros to ${number}; check that it is right.`,
    })
  if (LETTER_IS_USUAL.test(number))
    warnings.push({
      code: 'TAX_ID_KIND_UNUSUAL',
      message: `${number} is right but ends in a digit, where its kind usually has a letter.`,
    })
  if (DIGIT_IS_USUAL.test(number))
    warnings.push({
      code: 'TAX_ID_KIND_UNUSUAL',
      message: `${number} is right but ends in a letter, where its kind usually has a digit.`,
    })
  return { number, warnings }
}

export function isNif(text: string): boolean {
  return FORM.test(text) && hasRightCheckCharacter(text)
}

function hasRightCheckCharacter(number: string): boolean {
  return load<Validator>('stdnum/lib/cjs/es/nif.js').validate(number).isValid
}

function wrongLength(text: string): string {
  if (/^\d{8}$/.test(text)) return `A Spanish tax id (NIF) has 9 characters; ${text} has 8. Add the letter at its end.`
  return `A Spanish tax id (NIF) has 9 characters; ${text} has ${text.length}. Correct it, or give the country if it is a foreign one.`
}
