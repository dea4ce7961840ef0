import type { WriteScope } from '../../database/scope/write-scope.js'
import { fold } from '../../lib/fold.js'
import { groupBy } from '../../lib/group.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { Contact, createContact, updateContact } from '../clients/index.js'
import { personParts } from './client-fields.js'
import { clientReferenceFields, findClients } from './client-reference.js'
import type { ImportDescription, ImportField, Written } from './description.js'
import { readEmail } from './email-cell.js'
import { refuseUnstorable } from './storable.js'

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
  ...clientReferenceFields,
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
    description: 'What the person does there.',
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

interface Values {
  ownId?: string
  clientId?: string
  externalId?: string
  name?: string
  role?: string | null
  email?: string | null
  phone?: string | null
}

const valuesOf = (row: { values: Record<string, unknown> }) => row.values as Values // as read below

export const contactImport: ImportDescription<Contact> = {
  type: Contact,
  fields,

  read(row) {
    row.take('name', undefined, { stays: true })
    if (row.has('name') && row.values.name === undefined)
      row.refuse('CONTACT_NAME_REQUIRED', 'A contact needs a name.', 'name')
    for (const field of ['externalId', 'role', 'phone']) row.take(field)
    row.take('email', text =>
      readEmail(row, 'email', text, others => `a contact has one, and ${others.join(', ')} is left out.`),
    )
    row.take('id', undefined, { name: 'ownId', stays: true })
  },

  claims(row) {
    const { externalId } = valuesOf(row)
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
    await findClients(scope, rows, 'contact')
    const ids = rows.flatMap(row => valuesOf(row).clientId ?? [])
    const externalIds = rows.flatMap(row => valuesOf(row).externalId ?? [])
    const ownIds = rows.flatMap(row => valuesOf(row).ownId ?? [])
    const byOwnId = new Map(
      (ownIds.length === 0
        ? []
        : await scope.list(Contact, { sql: 't.id IN (:...ownIds)', parameters: { ownIds } })
      ).map(contact => [contact.id, contact]),
    )
    const there = groupBy(
      ids.length === 0 ? [] : await scope.list(Contact, { sql: 't.clientId IN (:...ids)', parameters: { ids } }),
      ({ clientId }) => clientId,
    )
    const known = new Map(
      (externalIds.length === 0
        ? []
        : await scope.list(Contact, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
      ).map(contact => [contact.externalId, contact]),
    )
    for (const row of rows) {
      const { ownId, clientId, externalId, email, name } = valuesOf(row)
      if (!clientId) continue
      const people = there.get(clientId) ?? []
      const own = ownId ? byOwnId.get(ownId) : undefined
      const byId = externalId ? known.get(externalId) : undefined
      const alike =
        people.find(contact => email && contact.email?.toLowerCase() === email.toLowerCase()) ??
        people.find(contact => name !== undefined && contact.nameFolded === fold(name))
      if (ownId && own?.clientId !== clientId)
        row.refuse(
          'CONTACT_UNKNOWN',
          `This client has no contact ${ownId.slice(0, 40)}; leave the cell empty to make a new one.`,
          'id',
        )
      else if (own && byId && byId.id !== own.id)
        row.refuse(
          'IDENTITY_CONFLICT',
          `${byId.name} (${byId.id}) has this external id; mend one of the two.`,
          'externalId',
        )
      else if (own) row.record = own
      else if (byId && byId.clientId !== clientId)
        row.refuse(
          'IDENTITY_CONFLICT',
          `${byId.name} (${byId.id}) of another client has this external id; mend it.`,
          'externalId',
        )
      else if (!byId && alike && externalId && alike.externalId !== null)
        row.refuse(
          'IDENTITY_CONFLICT',
          `${alike.name} (${alike.id}) has another external id, ${alike.externalId}; mend one of the two.`,
          'externalId',
        )
      else row.record = byId ?? alike ?? null
    }
  },

  async changes(_scope, rows) {
    return new Map(
      rows.map(row => {
        const before = row.record
        const values = valuesOf(row)
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

  title: row => valuesOf(row).name?.slice(0, 200) ?? row.record?.name ?? null,

  async refuseTaken(scope, rows) {
    const externalIds = rows.flatMap(row => (row.record ? [] : (valuesOf(row).externalId ?? [])))
    const [holder] =
      externalIds.length === 0
        ? []
        : await scope.list(Contact, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
    if (holder)
      throw new UserError('IMPORT_STALE', `${holder.name} (${holder.id}) was made since the plan; plan again.`, 'id')
  },

  dryRun: writeContact,
  remembers: [Contact],

  async write(scope, rows) {
    const written: Written[] = []
    for (const row of rows) written.push(await writeContact(scope, row))
    return written
  },
}

async function writeContact(
  scope: WriteScope,
  row: { values: Record<string, unknown>; record: Contact | null },
): Promise<Written> {
  const { ownId: _ownId, clientId = '', name = '', ...given } = valuesOf(row)
  if (!row.record) return { record: await createContact(scope, { clientId, name, ...given }), before: null }
  const { id, version, nameFolded, externalId, role, email, phone } = row.record
  const before = { name: row.record.name, nameFolded, externalId, role, email, phone }
  return { record: await updateContact(scope, { id, version, ...given, ...(name ? { name } : {}) }), before }
}
