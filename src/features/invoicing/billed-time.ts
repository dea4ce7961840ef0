import { reference } from '../../model/field.js'
import { PartRow } from '../../model/row.js'
import { TimeEntry } from '../projects/index.js'
import { Invoice } from './invoice.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

/**
 * A record of its own, not a field of the entry. An entry whose invoice was voided can thus be billed again, and both
 * invoices count on their days.
 */
@entity('billed_time', 'A time entry on an invoice.', { prefix: 'blt', permission: null, part: true, hidden: true })
@index(['organizationId', 'timeEntryId', 'invoiceId'])
@index(['organizationId', 'invoiceId', 'timeEntryId'])
export class BilledTime extends PartRow {
  @reference(() => TimeEntry, 'The entry.')
  timeEntryId: string

  @reference(() => Invoice, 'The invoice.')
  invoiceId: string
}
