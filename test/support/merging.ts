import type { Json, Tenant } from './world.js'

export const counts = `contacts { totalCount } projects { totalCount } timeEntries { totalCount } tasks { totalCount } purchaseOrders { totalCount } invoices { totalCount }
  payments { totalCount } allocations { totalCount } refunds { totalCount } deals { totalCount } quotes { totalCount } interactions { totalCount }`

/** A client with something of everything, and the ids of what it has. */
export async function furnishedClient(us: Tenant, name: string, given: object = {}) {
  const client = await us.client({ legalName: name, ...given })
  const id: string = client.id
  const user = await us.user({ name: `${name} person` })
  const contact = await us.do('createContact', {
    clientId: id,
    name: `${name} contact`,
    email: `${name.toLowerCase()}@example.com`,
  })
  const project = await us.project(id, { name: `${name} project` })
  const time = await us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 30 })
  const task = await us.task(id, { projectId: project.id, dueOn: '2026-03-01' })
  const order = await us.do('createPurchaseOrder', {
    clientId: id,
    number: 'PO-1',
    lines: [{ description: 'x', quantity: '1', unitPrice: '10' }],
  })
  await us.do('openPurchaseOrder', order)
  const invoice = await us.invoice(id, '100.00', {
    authorisedOn: '2026-02-01',
    dueOn: '2026-02-20',
    timeEntryIds: [time.id],
  })
  const purchase = await us.do('createInvoice', {
    clientId: id,
    kind: 'PURCHASE',
    supplierNumber: `${name}-S1`,
    issuedOn: '2026-02-01',
    lines: [{ description: 'x', quantity: '1', unitPrice: '7' }],
  })
  const payment = await us.do('recordPayment', { invoiceId: invoice.id, amount: '40', paidOn: '2026-02-10' })
  const onAccount = await us.do('recordPayment', { clientId: id, amount: '15', paidOn: '2026-02-11' })
  await us.do('recordRefund', { paymentId: onAccount.id, amount: '5' })
  const deal = await us.deal(id, { title: `${name} deal`, value: '500' })
  const quote = await us.quote(id, '20', { dealId: deal.id })
  const note = await us.do('createInteraction', { subjectId: id, text: `${name} note`, contactIds: [contact.id] })
  const call = await us.do('createInteraction', { subjectId: invoice.id, kind: 'CALL', text: `${name} call` })
  return { id, contact, project, time, task, order, invoice, purchase, payment, onAccount, deal, quote, note, call }
}

/**
 * Returns the steps of a test of merging. Each step calls `us` again, since every test has an organisation of its own.
 */
export function mergingIn(us: () => Tenant) {
  const one = async (id: string, fields = 'id version legalName') =>
    (await us().get(`query($id: ID!) { client(id: $id) { ${fields} } }`, { id })).client
  const versions = async (winner: string, loser: string) => ({
    winnerId: winner,
    winnerVersion: (await one(winner)).version,
    loserId: loser,
    loserVersion: (await one(loser)).version,
  })
  const merge = async (winner: string, loser: string, given: object = {}, fields?: string) =>
    us().do('mergeClients', { ...(await versions(winner, loser)), ...given }, fields)
  const refused = async (mutation: string, input: object) => (await us().try(mutation, input)).userErrors[0]
  const mergeOf = async (loserId: string): Promise<Json> =>
    (
      await us().get(
        'query($id: String!) { clientMerges(filter: { loserId: { eq: $id } }) { nodes { id version mergedIntoId legalName mergedOn } } }',
        { id: loserId },
      )
    ).clientMerges.nodes[0]
  const unmerge = async (loserId: string) => {
    const { id, version } = await mergeOf(loserId)
    return { mergeId: id, version }
  }

  const furnished = (name: string, given?: object) => furnishedClient(us(), name, given)

  return { one, versions, merge, refused, mergeOf, unmerge, furnished }
}
