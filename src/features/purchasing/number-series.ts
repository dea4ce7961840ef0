import { integer, text, day } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { yearOf, type Day } from '../../lib/calendar.js'
import { UserError } from '../../lib/user-error.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export type SeriesPurpose = 'INVOICE' | 'CREDIT_NOTE' | 'PURCHASE_ORDER' | 'QUOTE'

/**
 * The last number given of each series. A transaction that takes one locks the row until it commits, so no number is
 * lost or given twice.
 */
@entity('number_series', 'A run of numbers without gaps.', {
  prefix: 'ser',
  permission: null,
  hidden: true,
  part: true,
})
@index(['organizationId', 'code'], {
  code: 'SERIES_BUSY',
  message: 'Somebody has just started this series; try again.',
  field: 'series',
})
export class NumberSeries extends OrganizationRow {
  @text('The letters before the number.', { max: 10 })
  code: string

  @text('The kind of document numbered; a series serves one kind.', { max: 20 })
  purpose: SeriesPurpose

  @integer('The year of the last number; 0 for a series that goes on over the years.')
  year: number

  @integer('The last number given.')
  last: number

  @day('The date of the document that has the last number.')
  lastOn: string
}

/** A series as people choose it; the year follows it in a number, so it cannot end in a digit. */
export function seriesOf(code: string): string {
  if (!/^[A-Z0-9-]{1,10}$/.test(code) || /\d$/.test(code))
    throw new UserError(
      'SERIES_INVALID',
      'A series must be 1 to 10 capital letters, digits or hyphens, and must not end in a digit.',
      'series',
    )
  return code
}

/**
 * The next number of a series: `F2026/0001` begins again every year, `PO-00001` goes on. A yearly series keeps
 * its dates in order (Spain: RD 1619/2012, art. 6.1.a, correlative numbers within each series); quotes, of which
 * no law speaks, only their years.
 */
export async function nextNumber(scope: WriteScope, code: string, purpose: SeriesPurpose, on: Day): Promise<string> {
  const yearly = purpose !== 'PURCHASE_ORDER'
  const [known] = await scope.list(NumberSeries, { sql: 't.code = :code', parameters: { code } })
  const series = known
    ? await scope.take(NumberSeries, known.id)
    : await scope.insertSilently(
        scope.make(NumberSeries, { code, purpose, year: yearly ? yearOf(on) : 0, last: 0, lastOn: on }),
      )
  if (series.purpose !== purpose)
    throw new UserError(
      'SERIES_TAKEN',
      `Series ${code} belongs to another kind of document; choose another series.`,
      'series',
    )
  if (yearly && on < (purpose === 'QUOTE' ? `${series.lastOn.slice(0, 4)}-01-01` : series.lastOn))
    throw new UserError(
      'DATE_BEFORE_SERIES',
      `Series ${code} already has a document dated ${series.lastOn}; date this one on or after that day, not ${on}.`,
      'on',
    )
  const sameYear = !yearly || series.year === yearOf(on)
  Object.assign(series, {
    last: sameYear ? series.last + 1 : 1,
    year: yearly ? yearOf(on) : 0,
    lastOn: on > series.lastOn ? on : series.lastOn,
  })
  await scope.updateSilently(series)
  return yearly
    ? `${code}${series.year}/${String(series.last).padStart(4, '0')}`
    : `${code}-${String(series.last).padStart(5, '0')}`
}
