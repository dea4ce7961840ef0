import { fold } from '../../lib/fold.js'

/** Nobody writes a longer header. */
export const longestHeader = 200

/** A header as it is compared: without case, accents and signs. */
export const headerKey = (text: string) => fold(text.slice(0, longestHeader)).replace(/[^\p{L}\p{N}]+/gu, '')

/** Of the headers of fields, which come again with every file. */
export const keyOf = (header: string) => {
  const key = keys.get(header) ?? headerKey(header)
  keys.set(header, key)
  return key
}
const keys = new Map<string, string>()

/** Of `Country/Region` or `Teléfono (fijo)` what stands between the signs. */
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

/** Of `Importe (IVA incluido)` or `Amount with VAT` what stands before; undefined where it says nothing of tax that is included. */
export function beforeWithTax(header: string): string | undefined {
  const words = fold(header)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bi v a\b/, 'iva')
  const at = WITHOUT_TAX.test(words) ? -1 : words.search(WITH_TAX)
  return at === -1 ? undefined : headerKey(words.slice(0, at))
}
