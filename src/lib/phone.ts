import type * as Phones from 'libphonenumber-js/min'
import { load } from './load.js'

/** So many digits of a phone tell it from others; it is not looked for by fewer. */
export const fewestDigits = 6
const longestPhone = 100

/**
 * A telephone number as all compare it, such as +34937800123; undefined where a text has no such form. `country`: whose
 * number it is without a country in front.
 */
export function e164(phone: string, country: string | null | undefined): string | undefined {
  return parsed(phone, country)?.number
}

/** Whether two texts are the same telephone number, each as its country dials it. */
export function isSamePhone(one: string, country: string, other: string, otherCountry: string): boolean {
  const [a, b] = [e164(one, country), e164(other, otherCountry)]
  return a && b ? a === b : digitsOf(one) === digitsOf(other)
}

/**
 * By the beginnings of what a telephone is found: its digits as typed, with its country code, and as its country dials
 * it. Several may stand in one text.
 */
export function phoneWords(phone: string, country: string | null | undefined): string[] {
  const text = phone.slice(0, longestPhone)
  const parts = [text, ...text.split(/[\p{L}#;,/|]+/u)]
    .map(part => part.trim())
    .filter(part => /^[^\p{L}#;,|]*$/u.test(part))
  const words = parts
    .flatMap(part => [digitsOf(part), ...formsOf(part, country)])
    .filter(word => word.length >= fewestDigits && word.length <= 64)
  return [...new Set(words)]
}

function formsOf(part: string, country: string | null | undefined): string[] {
  const number = parsed(part, country)
  if (!number) return []
  const national = String(number.nationalNumber)
  return [
    digitsOf(number.number),
    national,
    ...(national === digitsOf(part) ? [] : [digitsOf(number.formatNational())]),
  ]
}

function parsed(phone: string, country: string | null | undefined) {
  if (phone.length > longestPhone || !/\d/.test(phone)) return undefined
  const { isSupportedCountry, parsePhoneNumberFromString } = load<typeof Phones>('libphonenumber-js/min') // its tables take 5 MB
  const number = parsePhoneNumberFromString(phone, {
    defaultCountry: country && isSupportedCountry(country) ? country : undefined,
    extract: false,
  })
  return number?.isPossible() ? number : undefined
}

/** Without what leads abroad (00) and what is left out from there, as in +44 (0)20. */
const digitsOf = (text: string) => text.replace(/\(0\)/g, '').replace(/\D/g, '').replace(/^00/, '')

/**
 * The digits of a phone in what somebody looks for, and what else is asked for; undefined where there are too few
 * together.
 */
export function phoneIn(query: string): { digits: string; rest: string } | undefined {
  const runs = [...query.matchAll(/(?<![\p{L}\p{N}])[+(]{0,2}\d[\d\s()./-]*(?![\p{L}\p{N}])/gu)].map(
    ({ 0: text, index }) => ({ text, index, digits: digitsOf(text) }),
  )
  const [longest] = runs
    .filter(({ digits }) => digits.length >= fewestDigits)
    .sort((a, b) => b.digits.length - a.digits.length)
  return (
    longest && {
      digits: longest.digits,
      rest: `${query.slice(0, longest.index)} ${query.slice(longest.index + longest.text.length)}`,
    }
  )
}
