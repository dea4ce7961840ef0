import { countryOf } from '../../lib/country.js'
import type { TableRow } from '../../lib/table/read.js'
import type { ImportPlan } from './import-plan.js'
import type { Reader } from './plan-batch.js'
import { headerKey } from './recognition.js'

const unknown = new Set(['CLIENT_UNKNOWN', 'RECORD_UNKNOWN', 'CONTACT_UNKNOWN'])

/** How many rows of a file have ids of Clientela, and of how many nobody here knows the id. */
export class ForeignIds {
  private given = 0
  private unknown = 0

  count(rows: readonly Reader[]) {
    for (const { values, issues } of rows) {
      if (values.ownId === undefined) continue
      this.given++
      if (issues.some(({ code, field }) => field === 'id' && unknown.has(code))) this.unknown++
    }
  }

  /** What is to be said of the file where all of its ids are of another organisation. */
  told({ storedColumns }: ImportPlan): string | null {
    const column = storedColumns.find(({ field }) => field === 'id')
    if (!column || this.given < 2 || this.unknown < this.given) return null
    const header = column.header || column.letters
    return `All ${this.given} ids in the column ${header} are unknown here: the file was exported by another organisation. To make its records anew, leave the column out: planImport with columns [{ place: ${column.place}, field: null }], or --map "${header}=".`
  }
}

const likeCountry = /^(countr|pais|pays|paese|land$|staat$|nation|nacio)|(country|pais)$/

/** A column that looks like the country of an address although no column goes there, as a warning of each row that it would change. */
export function countryLeftOut(
  { kind, storedColumns }: ImportPlan,
  country: string,
): (reader: Reader, row: TableRow) => Reader {
  const isCountry = (text: string) => text.trim().length > 3 && countryOf(text) !== undefined
  const column =
    kind !== 'CLIENT' || storedColumns.some(({ field }) => field === 'country')
      ? undefined
      : storedColumns.find(({ header, field, samples }) => {
          const filled = samples.filter(text => text.trim() !== '')
          return (
            field === null &&
            filled.length > 0 &&
            (filled.every(isCountry) ||
              (likeCountry.test(headerKey(header)) && filled.every(text => countryOf(text) !== undefined)))
          )
        })
  return (reader, { cells }) => {
    const text = column && cells[column.place - 1]
    const found = text === undefined ? undefined : countryOf(text)
    if (!column || !found || found === country) return reader
    reader.warn(
      'COUNTRY_LEFT_OUT',
      `The column ${column.header || column.letters} says ${text?.trim() ?? ''}, which is not imported, and the address becomes one in ${country}: let the column go to country.`,
      'country',
    )
    return reader.begin()
  }
}
