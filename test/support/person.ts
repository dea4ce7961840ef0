import type { Json, Tenant } from './world.js'

/** A client who is a person, with everything that may tell who that is. */
export async function person(us: Tenant): Promise<Json> {
  const made = await us.client(
    {
      legalName: 'Quetzal Puig',
      tradeName: 'Can Quetzal',
      taxId: '12345678Z',
      externalId: 'QUETZAL-1',
      email: 'info@quetzal.example',
      phone: '+34 600 123 456',
      website: 'https://quetzal.example',
      notes: 'Quetzal pays late',
      tags: ['vip'],
      address: { line1: 'C/ Quetzal 1', city: 'Terrassa', postalCode: '08221' },
    },
    'id version',
  )
  const client = await us.do(
    'updateClient',
    { id: made.id, version: made.version, legalName: 'Quetzal Puig Roca', email: 'hola@quetzal.example' },
    'id version',
  )
  const contact = await us.do('createContact', {
    clientId: client.id,
    name: 'Axolotl Mas',
    email: 'axolotl@example.com',
    phone: '600 999 888',
    role: 'Gerent',
  })
  await us.do('createInteraction', {
    subjectId: client.id,
    kind: 'CALL',
    title: 'Quetzal called',
    text: 'Axolotl Mas (axolotl@example.com) wants 600 999 888 called back',
  })
  const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-02-01', dueOn: '2026-02-20' })
  await us.do('createInteraction', { subjectId: invoice.id, text: 'Reminder sent to Quetzal Puig Roca' })
  await us.do('uploadFiles', { subjectId: client.id, files: [new File(['quetzal'], 'quetzal.pdf')] })
  await us.do('uploadFiles', { subjectId: invoice.id, files: [new File(['axolotl'], 'axolotl.txt')] })
  await us.project(client.id)
  await us.task(client.id)
  await us.deal(client.id, { value: '10' })
  const other = await us.client({ legalName: 'Quetzal SL', email: 'quetzal.sl@example.com' })
  await us.do('mergeClients', {
    winnerId: client.id,
    winnerVersion: (await us.get(`{ client(id: "${client.id}") { version } }`)).client.version,
    loserId: other.id,
    loserVersion: 1,
    keepContact: false,
  })
  await us.do('createSavedView', {
    list: 'CLIENTS',
    name: 'Only Quetzal Puig Roca',
    filter: { legalName: { eq: 'Quetzal Puig Roca' } },
  })
  return { client, contact, invoice }
}
