import type { ReadScope } from '../../database/scope.js'
import { withArticle } from '../../lib/article.js'
import { isId } from '../../lib/id.js'
import { parseTaxId } from '../../lib/tax-id.js'
import { Client } from '../clients/index.js'
import type { ImportField } from './description.js'
import type { RowReader } from './row-reader.js'

/** How a row names its client, in this order. */
export const clientReferenceFields: readonly ImportField[] = [
  { name: 'clientId', identity: true, description: 'The id in Clientela of its client, as an export has it.', headers: ['clientId'], fits: text => isId(text, 'cli') },
  { name: 'clientExternalId', identity: true, description: 'The external id of its client; rows find it by this first.', headers: ['clientExternalId', 'referència externa', 'referencia externa', 'referència del client', 'referencia del cliente', 'codi client', 'código cliente', 'codi de client', 'código de cliente', 'cod cliente', 'cod client', 'codcliente', 'núm client', 'núm cliente', 'número de client', 'número de cliente', 'nº cliente', 'client external id', 'customer id', 'client id', 'client code', 'customer code', 'customer number', 'client number', 'client', 'cliente', 'customer', 'proveïdor', 'proveedor', 'supplier'] },
  { name: 'clientTaxId', identity: true, description: 'The tax id of its client; rows find it by this next.', headers: ['clientTaxId', 'nif', 'cif', 'nif/cif', 'cif/nif', 'dni', 'nif/dni', 'nif client', 'nif cliente', 'cif client', 'cif cliente', 'nif del client', 'nif del cliente', 'tax id', 'tax number', 'vat', 'vat number', 'vat id', 'client tax id'] },
]

const NO_CLIENT = 'No client has this id; import the clients first, or mend it.'

/** Finds the client of each row, under `clientId` of its values, and refuses rows that name none or two. */
export async function findClients<T>(scope: ReadScope, rows: readonly RowReader<T>[], what: string) {
  const wanted = rows.map(row => ({ row, id: row.text('clientId'), externalId: row.text('clientExternalId'), taxId: taxIdOf(row, scope) }))
  const externalIds = wanted.flatMap(({ externalId }) => externalId ?? [])
  const numbers = wanted.flatMap(({ taxId }) => taxId?.number ?? [])
  const ids = wanted.flatMap(({ id }) => id ?? [])
  const clients: Client[] = []
  for (const [column, values] of Object.entries({ id: ids, externalId: externalIds, taxIdNumber: numbers })) if (values.length > 0) clients.push(...(await scope.list(Client, { sql: `t.${column} IN (:...values)`, parameters: { values } })))
  const byId = new Map(clients.map(client => [client.id, client]))
  const byExternalId = new Map(clients.map(client => [client.externalId, client]))
  const byTaxId = new Map(clients.map(client => [`${client.taxIdCountry} ${client.taxIdNumber}`, client]))
  for (const { row, id, externalId, taxId } of wanted) {
    const found = [...(id ? [['clientId', byId.get(id)] as const] : []), ...(externalId ? [['clientExternalId', byExternalId.get(externalId)] as const] : []), ...(taxId ? [['clientTaxId', byTaxId.get(`${taxId.country} ${taxId.number}`)] as const] : [])]
    const unknown = found.find(([, client]) => !client)
    const [[, first] = [], [, second] = []] = [found[0], found.find(([, client]) => client?.id !== found[0]?.[1]?.id)]
    if (found.length === 0 && !row.failed) row.refuse('CLIENT_REQUIRED', `${withArticle(what, true)} needs its client: its external id or its tax id.`, row.has('clientExternalId') ? 'clientExternalId' : 'clientTaxId')
    else if (unknown) row.refuse('CLIENT_UNKNOWN', NO_CLIENT, unknown[0])
    else if (first && second) row.refuse('IDENTITY_CONFLICT', `The row names two clients, ${first.legalName} and ${second.legalName}; mend one of the two.`, 'clientTaxId')
    else row.values.clientId = first?.id
  }
}

function taxIdOf<T>(row: RowReader<T>, scope: ReadScope) {
  const text = row.text('clientTaxId')
  return text === null ? undefined : row.attempt('clientTaxId', () => parseTaxId(text, { addressCountry: scope.organization.country }))
}
