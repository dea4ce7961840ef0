import type { ReadScope } from '../../database/scope/write-scope.js'
import { withArticle } from '../../lib/article.js'
import { isId } from '../../lib/id.js'
import { parseTaxId } from '../../lib/tax-id.js'
import { headerKey, partsOf, type ImportField, type Owner, type RowReader } from '../imports/index.js'
import { Client } from './client.js'
import { isTaxIdColumn } from './tax-id-column.js'

/** Headers that columns of names have as well. */
const perhapsNames = ['client', 'cliente', 'customer', 'proveïdor', 'proveedor', 'supplier']
const namesKeys = new Set(perhapsNames.map(headerKey))

type Reader = RowReader<unknown, { clientId?: string }>

/** How a row names its client, in this order. */
const fields: readonly ImportField[] = [
  {
    name: 'clientId',
    identity: true,
    description: 'The id in Clientela of its client, as an export has it.',
    headers: ['clientId'],
    fits: text => isId(text, 'cli'),
  },
  {
    name: 'clientExternalId',
    identity: true,
    description: 'The external id of its client; rows find it by this first.',
    headers: [
      'clientExternalId',
      'referència externa',
      'referencia externa',
      'referència del client',
      'referencia del cliente',
      'codi client',
      'código cliente',
      'codi de client',
      'código de cliente',
      'cod cliente',
      'cod client',
      'codcliente',
      'núm client',
      'núm cliente',
      'número de client',
      'número de cliente',
      'nº cliente',
      'client external id',
      'customer id',
      'client id',
      'client code',
      'customer code',
      'customer number',
      'client number',
      ...perhapsNames,
    ],
  },
  {
    name: 'clientTaxId',
    identity: true,
    fits: isTaxIdColumn,
    description: 'The tax id of its client; rows find it by this next.',
    headers: [
      'clientTaxId',
      'nif',
      'cif',
      'nif/cif',
      'cif/nif',
      'dni',
      'nif/dni',
      'nif client',
      'nif cliente',
      'cif client',
      'cif cliente',
      'nif del client',
      'nif del cliente',
      'tax id',
      'tax number',
      'vat',
      'vat number',
      'vat id',
      'client tax id',
    ],
  },
]

const NO_CLIENT = 'No client has this id; import the clients first, or fix the id.'

/** Finds the client of each row, under `clientId` of its values, and refuses rows that name none or two. */
async function find(scope: ReadScope, rows: readonly Reader[], noun: string) {
  const named = rows.map(row => ({ row, id: row.text('clientId'), externalId: row.text('clientExternalId') }))
  const withIds = await clientsWith(
    scope,
    'id',
    named.flatMap(({ id }) => id ?? []),
  )
  const byId = new Map(withIds.map(client => [client.id, client]))
  const withExternalIds = await clientsWith(
    scope,
    'externalId',
    named.flatMap(({ externalId }) => externalId ?? []),
  )
  const byExternalId = new Map(withExternalIds.map(client => [client.externalId, client]))
  const wanted = named.map(({ row, id, externalId }) => {
    const own = byId.get(id ?? '') ?? byExternalId.get(externalId)
    return { row, id, externalId, taxId: taxIdOf(row, own?.country ?? scope.organization.country) }
  })
  const withNumbers = await clientsWith(
    scope,
    'taxIdNumber',
    wanted.flatMap(({ taxId }) => taxId?.number ?? []),
  )
  const byTaxId = new Map(withNumbers.map(client => [`${client.taxIdCountry} ${client.taxIdNumber}`, client]))
  for (const { row, id, externalId, taxId } of wanted) {
    const found: (readonly [string, Client | undefined])[] = []
    if (id) found.push(['clientId', byId.get(id)])
    if (externalId && (byExternalId.has(externalId) || !isPerhapsName(row)))
      found.push(['clientExternalId', byExternalId.get(externalId)])
    if (taxId) found.push(['clientTaxId', byTaxId.get(`${taxId.country} ${taxId.number}`)])
    const unknown = found.find(([, client]) => !client)
    const [[, first] = [], [, second] = []] = [found[0], found.find(([, client]) => client?.id !== found[0]?.[1]?.id)]
    if (found.length === 0 && !row.failed)
      row.refuse(
        'CLIENT_REQUIRED',
        `${withArticle(noun, true)} needs its client: its external id or its tax id.`,
        row.has('clientExternalId') ? 'clientExternalId' : 'clientTaxId',
      )
    else if (unknown) row.refuse('CLIENT_UNKNOWN', NO_CLIENT, unknown[0])
    else if (first && second)
      row.refuse(
        'IDENTITY_CONFLICT',
        `The row names two clients, ${first.legalName} and ${second.legalName}; fix one of the two.`,
        'clientTaxId',
      )
    else row.values.clientId = first?.id
  }
}

const clientsWith = async (
  scope: ReadScope,
  column: 'id' | 'externalId' | 'taxIdNumber',
  values: readonly string[],
): Promise<Client[]> =>
  values.length === 0 ? [] : scope.list(Client, { sql: `t.${column} IN (:...values)`, parameters: { values } })

/** Whether the text for an external id may be a name beside an id that finds the client. */
const isPerhapsName = (row: Reader) =>
  partsOf(row.header('clientExternalId')).some(part => namesKeys.has(part)) &&
  (row.text('clientId') ?? row.text('clientTaxId')) !== null

function taxIdOf(row: Reader, addressCountry: string) {
  const text = row.text('clientTaxId')
  return text === null ? undefined : row.attempt('clientTaxId', () => parseTaxId(text, { addressCountry }))
}

/** How rows name the client that their records belong to. Its id is stored under `clientId`. */
export const clientReference: Owner<{ clientId?: string }> = {
  idName: 'clientId',
  fields,
  find,
  ownerCells: row => ({
    clientId: row.text('clientId') ?? undefined,
    clientExternalId: row.text('clientExternalId') ?? undefined,
    clientTaxId: row
      .text('clientTaxId')
      ?.toUpperCase()
      .replace(/[^\p{L}\p{N}]/gu, ''),
  }),
}
