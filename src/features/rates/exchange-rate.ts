import { currency, day, decimal } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import type { Day } from '../../lib/calendar.js'
import { RATE_PLACES } from '../../lib/money.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity(
  'exchange_rates',
  'An exchange rate that the organisation keeps. Documents in a foreign currency without a rate of their own take it.',
  {
    prefix: 'exr',
    permission: null,
    called: (row: ExchangeRate) => `${row.currency} of ${row.day}`,
  },
)
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another exchange rate has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'currency', 'day'], {
  code: 'RATE_TAKEN',
  message: 'This currency already has a rate on this day; change that rate instead.',
  field: 'day',
})
@index(['organizationId', 'day', 'id'])
export class ExchangeRate extends OrganizationRow {
  @currency('The currency of the rate.')
  currency: string

  @day('Its day. The rate serves that day and the 7 days after it, until the next rate.')
  day: Day

  @decimal(RATE_PLACES, 'Base units for one unit of the currency; above 0, up to 10 decimals.')
  rate: bigint
}
