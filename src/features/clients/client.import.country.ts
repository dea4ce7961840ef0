import { countryOf } from '../../lib/country.js'
import { headerKey, type ImportDescription, type StoredColumn } from '../imports/index.js'
import type { Client } from './client.js'

const likeCountry = /^(countr|pais|pays|paese|land$|staat$|nation|nacio)|(country|pais)$/
const isCountry = (text: string) => countryOf(text) !== undefined
const isNamedCountry = (text: string) => text.trim().length > 3 && isCountry(text)

/** A column that looks like the country of an address although no column goes there. */
function countryColumn(columns: readonly StoredColumn[]): StoredColumn | undefined {
  if (columns.some(({ field }) => field === 'country')) return undefined
  return columns.find(({ header, field, samples }) => {
    const filled = samples.filter(text => text.trim() !== '')
    if (field !== null || filled.length === 0) return false
    return filled.every(isNamedCountry) || (likeCountry.test(headerKey(header)) && filled.every(isCountry))
  })
}

/** Warns each row whose client would come to be in another country than such a column says. */
export const countryLeftOut: ImportDescription<Client, object>['noteOf'] = (columns, { country }) => {
  const column = countryColumn(columns)
  if (!column) return undefined
  return (row, cells) => {
    const text = cells[column.place - 1] ?? ''
    const found = countryOf(text)
    if (!found || found === country) return
    row.warn(
      'COUNTRY_LEFT_OUT',
      `The column ${column.header || column.letters} says ${text.trim()} and is not imported, so the address becomes one in ${country}. Let the column go to country.`,
      'country',
    )
  }
}
