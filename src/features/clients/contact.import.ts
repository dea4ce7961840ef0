import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import {
  refuseUnstorable,
  type ImportDescription,
  type ImportField,
  type RowReader,
  type RowValues,
  type Written,
} from '../imports/index.js'
import { clientReference } from './client.import.reference.js'
import { createContact, deleteContact, updateContact } from './client.commands.js'
import { personParts } from './client.import.names.js'
import { Contact } from './contact.js'
import { readEmail } from './email-cell.js'

const wholeNames = [
  'full name',
  'nom complet',
  'nombre completo',
  'contact name',
  'contacte',
  'contacto',
  'contact',
  'nom i cognoms',
  'nombre y apellidos',
]

const fields: readonly ImportField[] = [
  {
    name: 'id',
    identity: true,
    description:
      "The contact's id in Clientela, as an export has it; a row that has one is of that contact and no other.",
    headers: ['id', 'clientela id'],
    fits: text => isId(text, 'con'),
  },
  ...clientReference.fields,
  {
    name: 'externalId',
    identity: true,
    description:
      "The contact's id in the system the spreadsheet came from; rows match by it first, then by e-mail address, then by name.",
    headers: [
      'externalId',
      'external id',
      'id contacte',
      'id contacto',
      'codi contacte',
      'código contacto',
      'contact id',
      'record id',
    ],
  },
  {
    name: 'name',
    required: true,
    description: 'Full name; several columns, such as First name and Last name, are joined.',
    headers: ['name', ...wholeNames, 'nom', 'nombre', 'persona', 'display name'],
    joins: { parts: personParts, whole: wholeNames },
  },
  {
    name: 'role',
    description: 'The role of the person there.',
    headers: [
      'role',
      'càrrec',
      'cargo',
      'puesto',
      'job title',
      'position',
      'title',
      'contact title',
      'organization title',
      'organization 1 - title',
      'lloc de treball',
    ],
  },
  {
    name: 'email',
    description: 'E-mail address.',
    headers: [
      'email',
      'correu electrònic',
      'correo electrónico',
      'correu',
      'correo',
      'e-mail',
      'mail',
      'e-mail address',
      'email address',
      'contact email',
      'correu del contacte',
      'correo del contacto',
      'e-mail 1 - value',
      'email 1',
      'dirección de correo electrónico',
      'adreça electrònica',
    ],
  },
  {
    name: 'phone',
    description: 'Telephone, as it is dialled.',
    headers: [
      'phone',
      'telèfon',
      'teléfono',
      'tel',
      'telf',
      'telèfon 1',
      'teléfono 1',
      'telephone',
      'phone number',
      'contact phone',
      'business phone',
      'teléfono del trabajo',
      'work phone',
      'phone 1 - value',
      'mòbil',
      'móvil',
      'telèfon mòbil',
      'teléfono móvil',
      'mobile',
      'mobile phone',
      'mobile number',
    ],
  },
]

const own = ['externalId', 'name', 'role', 'email', 'phone'] as const

interface ContactValues extends RowValues {
  clientId?: string
  externalId?: string | null
  name?: string
  role?: string | null
  email?: string | null
  phone?: string | null
}

type ContactReader = RowReader<Contact, ContactValues>

export const contactImport: ImportDescription<Contact, ContactValues> = {
  type: Contact,
  fields,

  read(row) {
    row.take('name', undefined, { stays: true })
    if (row.has('name') && row.values.name === undefined)
      row.refuse('CONTACT_NAME_REQUIRED', 'A contact needs a name.', 'name')
    for (const field of ['externalId', 'role', 'phone'] as const) row.take(field)
    row.take('email', text =>
      readEmail(row, 'email', text, others => `a contact has one, and ${others.join(', ')} is left out.`),
    )
    row.take('ownId', undefined, { from: 'id', stays: true })
  },

  claims(row) {
    const { externalId } = row.values
    return externalId
      ? [
          {
            key: `externalId ${externalId}`,
            code: 'EXTERNAL_ID_DUPLICATE_IN_FILE',
            message: `An earlier row of the file has the external id ${externalId}; keep one of them.`,
            field: 'externalId',
          },
        ]
      : []
  },

  async match(scope, rows) {
    await clientReference.find(scope, rows, 'contact')
    const contacts = await contactsOf(scope, rows)
    for (const row of rows) if (row.values.clientId) matchContact(row, row.values.clientId, contacts)
  },

  async changes(_scope, rows) {
    return new Map(
      rows.map(row => {
        const before = row.record
        const values = row.values
        if (!before && values.name === undefined && !row.failed)
          row.refuse('CONTACT_NAME_REQUIRED', 'A contact needs a name.')
        const contact = { ...(before ?? { clientId: '-', name: '-', primary: false }), ...values }
        if (!row.failed) refuseUnstorable(row, Contact, contact, field => own.find(name => name === field) ?? null)
        const given = own.filter(field => values[field] !== undefined)
        return [
          row,
          given
            .map(field => ({ field, before: before?.[field] ?? null, after: values[field] ?? null }))
            .filter(change => change.before !== change.after),
        ]
      }),
    )
  },

  title: row => row.values.name?.slice(0, 200) ?? row.record?.name ?? null,

  async refuseTaken(scope, rows) {
    const externalIds = rows.flatMap(row => (row.record ? [] : (row.values.externalId ?? [])))
    const [holder] =
      externalIds.length === 0
        ? []
        : await scope.list(Contact, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
    if (holder)
      throw new UserError('IMPORT_STALE', `${holder.name} (${holder.id}) was made since the plan; plan again.`, 'id')
  },

  dryRun: async (scope, row) => (await writeContact(scope, row)).record,
  remove: (scope, { id, version }) => deleteContact(scope, { id, version }),
  remembers: [Contact],

  async write(scope, rows) {
    const written: Written[] = []
    for (const row of rows) written.push(await writeContact(scope, row))
    return written
  },
}

interface Known {
  byId: ReadonlyMap<string, Contact>
  byExternalId: ReadonlyMap<string | null, Contact>
  byClient: ReadonlyMap<string, Contact[]>
}

/** Returns the contacts that the rows may match. */
async function contactsOf(scope: ReadScope, rows: readonly ContactReader[]): Promise<Known> {
  const listed = async (column: 'id' | 'clientId' | 'externalId', values: readonly string[]) =>
    values.length === 0 ? [] : scope.list(Contact, { sql: `t.${column} IN (:...values)`, parameters: { values } })
  const withIds = await listed(
    'id',
    rows.flatMap(({ values }) => values.ownId ?? []),
  )
  const ofClients = await listed(
    'clientId',
    rows.flatMap(({ values }) => values.clientId ?? []),
  )
  const withExternalIds = await listed(
    'externalId',
    rows.flatMap(({ values }) => values.externalId ?? []),
  )
  return {
    byId: new Map(withIds.map(contact => [contact.id, contact])),
    byExternalId: new Map(withExternalIds.map(contact => [contact.externalId, contact])),
    byClient: groupBy(ofClients, ({ clientId }) => clientId),
  }
}

/** Matches by id, external id, e-mail address and name, in this order. A row that names two contacts is wrong. */
function matchContact(row: ContactReader, clientId: string, { byId, byExternalId, byClient }: Known) {
  const { ownId, externalId } = row.values
  const own = ownId ? byId.get(ownId) : undefined
  const known = externalId ? byExternalId.get(externalId) : undefined
  const alike = likeIn(byClient.get(clientId) ?? [], row.values)
  const conflict = (message: string) => {
    row.refuse('IDENTITY_CONFLICT', message, 'externalId')
  }
  if (ownId && own?.clientId !== clientId)
    row.refuse(
      'CONTACT_UNKNOWN',
      `This client has no contact ${ownId.slice(0, 40)}; leave the cell empty to make a new one.`,
      'id',
    )
  else if (own && known && known.id !== own.id)
    conflict(`${known.name} (${known.id}) has this external id; fix one of the two.`)
  else if (own) row.record = own
  else if (known && known.clientId !== clientId)
    conflict(`${known.name} (${known.id}) of another client has this external id; fix it.`)
  else if (!known && alike && externalId && alike.externalId !== null)
    conflict(`${alike.name} (${alike.id}) has another external id, ${alike.externalId}; fix one of the two.`)
  else row.record = known ?? alike ?? null
}

const likeIn = (people: readonly Contact[], { email, name }: ContactReader['values']) =>
  people.find(contact => email && contact.email?.toLowerCase() === email.toLowerCase()) ??
  people.find(contact => name !== undefined && contact.nameFolded === fold(name))

async function writeContact(
  scope: WriteScope,
  row: { values: Partial<ContactValues>; record: Contact | null },
): Promise<Written> {
  const { ownId: _ownId, lines: _lines, clientId = '', name = '', ...given } = row.values
  if (!row.record) return { record: await createContact(scope, { clientId, name, ...given }), before: null }
  const { id, version, nameFolded, externalId, role, email, phone } = row.record
  const before = { name: row.record.name, nameFolded, externalId, role, email, phone }
  return { record: await updateContact(scope, { id, version, ...given, ...(name ? { name } : {}) }), before }
}
