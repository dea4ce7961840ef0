import { fold } from '../../lib/fold.js'

/** The longest header that is compared. */
export const longestHeader = 200

/** A header as it is compared: without case, accents and signs. */
export const headerKey = (text: string) => fold(text.slice(0, longestHeader)).replace(/[^\p{L}\p{N}]+/gu, '')

/** Returns the key of a header of a field. It keeps the keys, since every file asks for them again. */
export const keyOf = (header: string) => {
  const key = keys.get(header) ?? headerKey(header)
  keys.set(header, key)
  return key
}
const keys = new Map<string, string>()

/** Returns the parts of a header such as `Country/Region` or `Teléfono (fijo)`. */
export const partsOf = (header: string) =>
  header
    .slice(0, longestHeader)
    .split(/[/|()[\]:;]/)
    .map(headerKey)
    .filter(Boolean)

const TAX = '(?:iva|igic|vat|tax|taxes|impuestos?|impostos?)'
const WITH_TAX = new RegExp(
  `\\b(?:${TAX} incl|(?:con|c|amb|with|including|incluye|inclou|incl|inc) (?:el |l )?${TAX}\\b)`,
)
const WITHOUT_TAX = /\b(?:no|not|sin|sense|without|excl[a-z]*)\b/

/**
 * Returns what stands before the tax in `Importe (IVA incluido)`. It returns undefined where the header does not say
 * that tax is included.
 */
export function beforeWithTax(header: string): string | undefined {
  const text = fold(header)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bi v a\b/, 'iva')
  const at = WITHOUT_TAX.test(text) ? -1 : text.search(WITH_TAX)
  return at === -1 ? undefined : headerKey(text.slice(0, at))
}
