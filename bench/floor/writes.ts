import { newId } from '../../src/lib/id.js'
import { signatureOf } from '../../src/lib/words.js'
import { money } from './figures.js'
import type { Statement, Store, Value } from './store.js'

interface NewClient {
  organization: string
  legalName: string
  email: string
  tags: string[]
  address: { line1: string; city: string; country: string }
}

interface NewInvoice {
  organization: string
  clientId: string
  description: string
  /** In minor units. */
  unitPrice: number
}

type Columns = Record<string, Value>

/** Rows of one shape. */
function insert(table: string, rows: Columns[]): Statement {
  const names = Object.keys(rows[0] ?? {})
  const marks = `(${names.map(() => '?').join(', ')})`
  return {
    sql: `INSERT INTO ${table} (${names.map(quoted).join(', ')}) VALUES ${rows.map(() => marks).join(', ')}`,
    values: rows.flatMap(row => Object.values(row)),
  }
}

/** `on` and `before` are words of SQL; tables whose columns need no quotes do not have them. */
const quoted = (name: string) => (['on', 'before', 'after'].includes(name) ? `\`${name}\`` : name)

/** Writes as many rows as the product: the record, its history, its words for search, and the order of changes. */
export function writesOf(store: Store, today: string) {
  const actors = new Map<string, [string, string]>()
  const actorOf = async (organization: string) => {
    const known = actors.get(organization)
    if (known) return known
    const [row] = await store.rows<[string, string]>('SELECT id, name FROM api_keys WHERE organization_id = ?', [
      organization,
    ])
    if (!row) throw new Error(`${organization} has no key.`)
    actors.set(organization, row)
    return row
  }

  const event = async (organization: string, at: string, about: Columns, after: object) => {
    const [actorId, actorName] = await actorOf(organization)
    return insert('activity_events', [
      {
        id: newId('evt'),
        organization_id: organization,
        at,
        on: today,
        ...about,
        actor_type: 'KEY',
        actor_id: actorId,
        actor_name: actorName,
        after: JSON.stringify(after),
      },
    ])
  }

  return {
    async createClient({ organization, legalName, email, tags, address }: NewClient) {
      const id = newId('cli')
      const at = now()
      const key = legalName.toLowerCase()
      const names = key.split(' ')
      const words = [...new Set([...names, ...email.split(/[@.]/)])]
      const bits = signatureOf(words).toString()
      const found = { organization_id: organization, kind: 'Client', archived: 0 }
      await store.write([
        insert('clients', [
          {
            id,
            version: 1,
            created_at: at,
            updated_at: at,
            organization_id: organization,
            legal_name: legalName,
            legal_name_folded: key,
            address_line1: address.line1,
            city: address.city,
            country: address.country,
            email,
            tags: JSON.stringify(tags),
            name_key: key,
            domain_key: email.slice(email.indexOf('@') + 1),
          },
        ]),
        await event(
          organization,
          at,
          { kind: 'CLIENT_CREATED', subject_type: 'Client', subject_id: id, subject_name: legalName, client_id: id },
          { legalName, addressLine1: address.line1, city: address.city, country: address.country, email, tags },
        ),
        insert('search_entries', [
          {
            ...found,
            title: key,
            id,
            bits,
            codes: '',
            names: ` ${names.join(' ')}`,
            words: ` ${words.join(' ')}`,
            phones: '',
          },
        ]),
        insert(
          'search_words',
          words.map(word => ({ ...found, weight: names.includes(word) ? 1 : 2, word, entry_id: id, bits })),
        ),
        ...changes(organization, ['Client', id], ['ClientSummary', id], ['ClientFigures', id]),
      ])
      return { createClient: { client: { id, legalName, email, tags }, userErrors: [] } }
    },

    async createInvoice({ organization, clientId, description, unitPrice }: NewInvoice) {
      const id = newId('inv')
      const at = now()
      const payable = money(unitPrice)
      await store.write([
        // An archived client, or another organisation's, gives no row, and then the line refers to nothing.
        {
          sql: `INSERT INTO invoices (id, version, created_at, updated_at, organization_id, client_id, currency, rate, net, tax, net_base, kind, type, state, series, external, withholding, payable, payable_base)
            SELECT ?, 1, ?, ?, organization_id, id, 'EUR', 10000000000, ?, 0, ?, 'SALE', 'INVOICE', 'DRAFT', 'F', 0, 0, ?, ? FROM clients WHERE organization_id = ? AND id = ? AND archived_at IS NULL`,
          values: [id, at, at, unitPrice, unitPrice, unitPrice, unitPrice, organization, clientId],
        },
        insert('invoice_lines', [
          {
            id: newId('inl'),
            organization_id: organization,
            position: 1,
            description,
            quantity: 10_000,
            unit_price: unitPrice * 10_000,
            discount: 0,
            currency: 'EUR',
            net: unitPrice,
            invoice_id: id,
          },
        ]),
        await event(
          organization,
          at,
          {
            kind: 'INVOICE_CREATED',
            subject_type: 'Invoice',
            subject_id: id,
            subject_name: `${payable} EUR`,
            client_id: clientId,
          },
          {
            clientId,
            currency: 'EUR',
            rate: '1.0000000000',
            net: payable,
            tax: '0.00',
            kind: 'SALE',
            type: 'INVOICE',
            state: 'DRAFT',
            series: 'F',
            external: false,
            withholding: '0.00',
            payable,
            lines: [
              { description, quantity: '1.0000', unitPrice: `${payable}0000`, discount: '0.0000', taxRate: null },
            ],
          },
        ),
        ...changes(organization, ['Invoice', id], ['ClientSummary', clientId], ['ClientFigures', clientId]),
      ])
      return { createInvoice: { invoice: { id, payable: { amount: payable } }, userErrors: [] } }
    },
  }
}

const now = () => new Date().toISOString().replace('T', ' ').slice(0, -1)

/** Takes the next place in the order of commits, and notes there what changed. */
function changes(organization: string, ...changed: [kind: string, id: string][]): Statement[] {
  const last = "organization_id = ? AND kind = '' AND record_id = ''"
  const time = Date.now()
  return [
    {
      sql: `UPDATE record_changes SET position = CASE WHEN position < ? THEN ? ELSE position + 1 END WHERE ${last}`,
      values: [time, time, organization],
    },
    {
      sql: `REPLACE INTO record_changes (organization_id, kind, record_id, position, deleted) ${changed.map(() => `SELECT organization_id, ?, ?, position, 0 FROM record_changes WHERE ${last}`).join(' UNION ALL ')}`,
      values: changed.flatMap(([kind, id]) => [kind, id, organization]),
    },
  ]
}
