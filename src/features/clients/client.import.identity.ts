import type { ReadScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { composeTaxId } from '../../lib/tax-id.js'
import { Client } from './client.js'
import { readPostalCode, readTaxId, type ClientReader } from './client.import.cells.js'
import type { ClientValues } from './client.import.values.js'
import { formerClients, type ClientIds, type FormerClient } from './former-clients.js'

type Identity = Pick<ClientValues, 'ownId' | 'externalId' | 'taxIdCountry' | 'taxIdNumber'>

/** Finds the client of each row, and refuses rows that name two. */
export async function matchClients(scope: ReadScope, rows: readonly ClientReader[]) {
  await readTaxIds(scope, rows)
  const known = await holders(
    scope,
    rows.map(({ values }) => values),
  )
  const strangers: ClientReader[] = []
  for (const row of rows) {
    const { ownId, externalId, taxIdCountry, taxIdNumber } = row.values
    const byOwnId = ownId ? known.byOwnId.get(ownId) : undefined
    const byId = externalId ? known.byExternalId.get(externalId) : undefined
    const byTaxId = taxIdNumber ? known.byTaxId.get(`${taxIdCountry} ${taxIdNumber}`) : undefined
    const another = [byId, byTaxId].find(found => found && found !== byOwnId)
    if (ownId && !byOwnId) strangers.push(row)
    else if (byOwnId && another)
      row.refuse(
        'IDENTITY_CONFLICT',
        `The row is ${nameOf(byOwnId)}'s by its id, and ${nameOf(another)} has its ${another === byId ? 'external id' : 'tax id'}; fix one of the two.`,
        'id',
      )
    else if (byOwnId) row.record = byOwnId
    else if (byId && byTaxId && byId !== byTaxId)
      row.refuse(
        'IDENTITY_CONFLICT',
        `The external id is ${nameOf(byId)}'s and the tax id ${nameOf(byTaxId)}'s; fix one of the two.`,
        'externalId',
      )
    else if (!byId && byTaxId && externalId && byTaxId.externalId !== null)
      row.refuse(
        'IDENTITY_CONFLICT',
        `${nameOf(byTaxId)} has this tax id with another external id, ${byTaxId.externalId}; fix one of the two.`,
        'externalId',
      )
    else row.record = byId ?? byTaxId ?? null
    readPostalCode(row, row.record?.country ?? scope.organization.country)
  }
  const fresh = rows.filter(row => !row.record && !row.failed && !strangers.includes(row))
  await warnOfMerged(scope, fresh, strangers)
  await warnOfLikeNames(scope, fresh)
}

/** Reads tax ids. Where the row names no country, that of the client with its id counts. */
async function readTaxIds(scope: ReadScope, rows: readonly ClientReader[]) {
  const homeless = rows.filter(row => row.has('taxId') && row.values.country === undefined)
  const known = await holders(
    scope,
    homeless.map(({ values: { ownId, externalId } }) => ({ ownId, externalId })),
  )
  for (const row of rows) {
    const { ownId = '', externalId = null } = row.values
    const record = known.byOwnId.get(ownId) ?? known.byExternalId.get(externalId)
    readTaxId(row, record?.country ?? scope.organization.country)
  }
}

export const nameOf = ({ legalName, id }: Pick<Client, 'legalName' | 'id'>) => `${legalName} (${id})`

export async function holders(scope: ReadScope, values: readonly Identity[]) {
  const externalIds = values.flatMap(({ externalId }) => externalId ?? [])
  const numbers = values.flatMap(({ taxIdNumber }) => taxIdNumber ?? [])
  const ids = values.flatMap(({ ownId }) => ownId ?? [])
  const byOwnId = ids.length === 0 ? [] : await scope.list(Client, { sql: 't.id IN (:...ids)', parameters: { ids } })
  const byExternalId =
    externalIds.length === 0
      ? []
      : await scope.list(Client, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
  const byNumber =
    numbers.length === 0
      ? []
      : await scope.list(Client, { sql: 't.taxIdNumber IN (:...numbers)', parameters: { numbers } })
  const wanted = new Set(
    values.map(({ taxIdCountry, taxIdNumber }) => `${String(taxIdCountry)} ${String(taxIdNumber)}`),
  )
  // A client that several conditions find is one object.
  const byId = new Map([...byNumber, ...byExternalId, ...byOwnId].map(client => [client.id, client]))
  const same = (found: readonly Client[]) => found.map(client => byId.get(client.id) ?? client)
  const keyOf = ({ taxIdCountry, taxIdNumber }: Client) => `${taxIdCountry} ${taxIdNumber}`
  return {
    byOwnId: new Map(byOwnId.map(client => [client.id, client])),
    byExternalId: new Map(same(byExternalId).map(client => [client.externalId, client])),
    byTaxId: new Map(
      same(byNumber)
        .filter(client => wanted.has(keyOf(client)))
        .map(client => [keyOf(client), client]),
    ),
  }
}

/**
 * Warns about rows with an id of a merged client: they would make that client again. `strangers` have an id of
 * Clientela that no client has.
 */
async function warnOfMerged(scope: ReadScope, fresh: readonly ClientReader[], strangers: readonly ClientReader[]) {
  const identityOf = ({ values }: ClientReader) => {
    const { ownId, externalId, taxIdCountry, taxIdNumber } = values
    return {
      ownId: ownId ?? '',
      externalId: externalId ?? null,
      taxId: taxIdCountry && taxIdNumber ? composeTaxId(taxIdCountry, taxIdNumber) : null,
    }
  }
  const known = fresh.map(identityOf)
  const gone = await formerOf(scope, {
    ids: strangers.map(row => identityOf(row).ownId),
    externalIds: known.flatMap(({ externalId }) => externalId ?? []),
    taxIds: known.flatMap(({ taxId }) => taxId ?? []),
  })
  for (const row of strangers) {
    const { ownId } = identityOf(row)
    const merged = gone.find(({ id }) => id === ownId)
    row.refuse(
      'CLIENT_UNKNOWN',
      merged
        ? `${merged.legalName} (${ownId}) was merged into ${nameOf(merged.into)}: write the id of that client, or leave the row out.`
        : `There is no client ${ownId}; leave the cell empty to make a new one.`,
      'id',
    )
  }
  for (const row of fresh) {
    const { externalId, taxId } = identityOf(row)
    const byExternalId = externalId === null ? undefined : gone.find(merged => merged.externalId === externalId)
    const merged = byExternalId ?? (taxId === null ? undefined : gone.find(each => each.taxId === taxId))
    if (merged)
      row.warn(
        'CLIENT_MERGED',
        `${merged.legalName} (${merged.id}) had this ${byExternalId ? 'external id' : 'tax id'} until it was merged into ${nameOf(merged.into)}. The row would make a new client: leave it out, or give the id of that client in a column that goes to id.`,
        byExternalId ? 'externalId' : 'taxId',
      )
  }
}

async function formerOf(scope: ReadScope, known: ClientIds): Promise<FormerClient[]> {
  const found: FormerClient[] = []
  for (const find of formerClients) found.push(...(await find(scope, known)))
  return found
}

async function warnOfLikeNames(scope: ReadScope, rows: readonly ClientReader[]) {
  const names = [...new Set(rows.flatMap(({ values }) => (values.legalName ? fold(values.legalName) : [])))]
  if (names.length === 0) return
  const like = await scope.rows<{
    id: string
    legal_name: string
    legal_name_folded: string
    postal_code: string | null
  }>(
    'SELECT id, legal_name, legal_name_folded, postal_code FROM clients WHERE organization_id = :organization ' +
      'AND legal_name_folded IN (:...names) ORDER BY id',
    { names },
  )
  const byName = groupBy(like, client => client.legal_name_folded)
  for (const row of rows) {
    const { legalName, postalCode = null } = row.values
    const found = byName.get(fold(legalName ?? ''))?.find(client => client.postal_code === postalCode)
    if (found)
      row.warn(
        'CLIENT_ALIKE',
        `${found.legal_name} (${found.id}) has the same name and postal code; give the row its external id or tax id if it is the same client.`,
        'legalName',
      )
  }
}
