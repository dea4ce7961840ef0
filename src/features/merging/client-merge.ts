import { OrganizationRow } from '../../model/row.js'
import type { Snapshot } from '../../database/effects/snapshot.js'
import { day, json, reference, text } from '../../model/field.js'
import type { Day } from '../../lib/calendar.js'
import { composeTaxId } from '../../lib/tax-id.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'
import { Client } from '../clients/index.js'
import type { Taken } from './merge-choice.js'

/** The values that undoing a merge needs. */
export interface Kept {
  /** The record that was merged, as it was. */
  loser: Snapshot & { version: number; createdAt: string; updatedAt: string }
  /** The values that the winner took from it: its own before, and the ones it got. */
  taken: Taken
  /** The id of its primary contact, where that gave way to the winner's. */
  demotedId: string | null
  /** The id of the contact made of its e-mail address and telephone; older merges made none. */
  contactId?: string | null
}

// The row of the client itself goes. So it is in no list, count, figure or search, and its tax id and external id are
// free. The foreign keys make sure that everything moved, including what later features hang on a client.
@entity('client_merges', 'A client that was merged into another one: its id answers with that one.', {
  prefix: 'mrg',
  permission: 'clients:read',
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another merge has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'loserId'], { code: 'MERGED', message: 'This client was merged already.', field: 'loserId' })
@index(['organizationId', 'mergedIntoId', 'id'])
@index(['organizationId', 'loserExternalId', 'id'])
@index(['organizationId', 'loserTaxId', 'id'])
export class ClientMerge extends OrganizationRow {
  @text('The id of the client that is no more; `client` and `node` answer it with the one it was merged into.', {
    max: 32,
    inHistory: false,
  })
  loserId: string

  @text('The legal name of the client that is no more.')
  legalName: string

  @reference(() => Client, 'The client it was merged into; where that was merged itself, the last of them.')
  mergedIntoId: string

  @day('The day it was merged.')
  mergedOn: Day

  @json('The values that undoing it needs.', { hidden: true })
  kept: Kept

  // The ids that others may still know the client by. They follow from `kept`; the setters take what the database gives
  // back, which is the same.
  @text('The external id that the client had.', { nullable: true, hidden: true, max: 100 })
  get loserExternalId(): string | null {
    return (this.kept?.loser.externalId as string | null | undefined) ?? null // a column of clients
  }

  set loserExternalId(_same: string | null) {}

  @text('The tax id that the client had, with its country.', { nullable: true, hidden: true, max: 40 })
  get loserTaxId(): string | null {
    const { taxIdCountry, taxIdNumber } = (this.kept?.loser ?? {}) as Partial<
      Pick<Client, 'taxIdCountry' | 'taxIdNumber'>
    > // columns of clients
    return taxIdCountry && taxIdNumber ? composeTaxId(taxIdCountry, taxIdNumber) : null
  }

  set loserTaxId(_same: string | null) {}
}
