import {
  AuthoriseInvoiceDocument,
  ClientelaError,
  ClientsDocument,
  ClosePurchaseOrderDocument,
  ContactsDocument,
  CreateClientDocument,
  CreateContactDocument,
  CreateInvoiceDocument,
  CreatePurchaseOrderDocument,
  InvoicesDocument,
  OpenPurchaseOrderDocument,
  PaymentsDocument,
  PurchaseOrdersDocument,
  RecordPaymentDocument,
  SubmitInvoiceDocument,
  type ClientelaClient,
  type InvoiceFieldsFragment,
  type PurchaseOrderFieldsFragment,
} from '@clientela/sdk'
import { concurrently } from './concurrently.js'
import type { Customer, Northwind, Order } from './files.js'

const currency = 'USD'
const paymentTermsDays = 14

export interface LoadOptions {
  /** How many customers or orders are worked on at a time. */
  concurrency?: number
  onProgress?: (done: number, total: number) => void
}

/**
 * Loads customers and orders. Every record carries its id in the files as its external id. A second run thus finds the
 * records of the first one, and goes on where it stopped, between any two requests.
 */
export async function loadNorthwind(
  api: ClientelaClient,
  { customers, orders }: Northwind,
  { concurrency = 8, onProgress }: LoadOptions = {},
): Promise<void> {
  let done = 0
  const total = customers.length + orders.length
  const each = <T extends { id: string }>(kind: string, items: readonly T[], work: (item: T) => Promise<void>) =>
    concurrently(concurrency, items, async item => {
      await named(`${kind} ${item.id}`, work(item))
      onProgress?.(++done, total)
    })
  onProgress?.(0, total)

  const customerIds = customers.map(({ id }) => id)
  // Archived clients too: a client that was archived since is not made again.
  const clients = await known(customerIds, variables =>
    api.pages(ClientsDocument, { ...variables, archived: 'INCLUDE' }, data => data.clients),
  )
  const contacts = await known(customerIds, variables => api.pages(ContactsDocument, variables, data => data.contacts))
  const clientIds = new Map<string, string>()
  await each('Customer', customers, async customer => {
    const { id } = clients.get(customer.id) ?? (await createClient(api, customer))
    if (customer.contactName !== null && !contacts.has(customer.id))
      await createContact(api, id, customer, customer.contactName)
    clientIds.set(customer.id, id)
  })

  const orderIds = orders.map(({ id }) => id)
  const purchaseOrders = await known(orderIds, variables =>
    api.pages(PurchaseOrdersDocument, variables, data => data.purchaseOrders),
  )
  const invoices = await known(orderIds, variables => api.pages(InvoicesDocument, variables, data => data.invoices))
  const payments = await known(orderIds, variables => api.pages(PaymentsDocument, variables, data => data.payments))
  await each('Order', orders, async order => {
    const clientId = clientIds.get(order.customerId) ?? ''
    await loadPurchaseOrder(api, order, clientId, purchaseOrders.get(order.id))
    await loadInvoice(api, order, clientId, invoices.get(order.id), payments.has(order.id))
  })
}

async function createClient(api: ClientelaClient, customer: Customer) {
  const { id, companyName, address, city, region, postalCode, country, phone } = customer
  const { client } = await api.mutate(CreateClientDocument, {
    input: {
      externalId: id,
      legalName: companyName,
      address: { line1: address, city, region, postalCode, country },
      phone,
      currency,
    },
  })
  return client
}

async function createContact(api: ClientelaClient, clientId: string, { id, contactTitle }: Customer, name: string) {
  await api.mutate(CreateContactDocument, { input: { externalId: id, clientId, name, role: contactTitle } })
}

/** The client's order: opened on its day, closed when it shipped. */
async function loadPurchaseOrder(
  api: ClientelaClient,
  order: Order,
  clientId: string,
  found: PurchaseOrderFieldsFragment | undefined,
) {
  let purchaseOrder =
    found ??
    (
      await api.mutate(CreatePurchaseOrderDocument, {
        input: {
          externalId: order.id,
          clientId,
          direction: 'FROM_CLIENT',
          number: order.id,
          currency,
          lines: linesOf(order),
        },
      })
    ).purchaseOrder
  if (purchaseOrder.state === 'DRAFT') {
    ;({ purchaseOrder } = await api.mutate(OpenPurchaseOrderDocument, {
      input: { ...versionOf(purchaseOrder), orderedOn: order.orderedOn },
    }))
  }
  if (order.shippedOn !== null && ['OPEN', 'PARTIALLY_RECEIVED', 'RECEIVED'].includes(purchaseOrder.state)) {
    await api.mutate(ClosePurchaseOrderDocument, { input: { ...versionOf(purchaseOrder), closedOn: order.shippedOn } })
  }
}

/** Our invoice: authorised on the day of the order, paid in full when it shipped. */
async function loadInvoice(
  api: ClientelaClient,
  order: Order,
  clientId: string,
  found: InvoiceFieldsFragment | undefined,
  paid: boolean,
) {
  let invoice =
    found ??
    (
      await api.mutate(CreateInvoiceDocument, {
        input: {
          externalId: order.id,
          clientId,
          kind: 'SALE',
          externalNumber: order.id,
          currency,
          dueOn: daysAfter(order.orderedOn, paymentTermsDays),
          lines: linesOf(order),
        },
      })
    ).invoice
  if (invoice.state === 'DRAFT')
    ({ invoice } = await api.mutate(SubmitInvoiceDocument, { input: { ...versionOf(invoice), on: order.orderedOn } }))
  if (invoice.state === 'SUBMITTED') {
    ;({ invoice } = await api.mutate(AuthoriseInvoiceDocument, {
      input: { ...versionOf(invoice), authorisedOn: order.orderedOn },
    }))
  }
  // An invoice of nothing counts as paid, and nothing cannot be paid.
  const due = invoice.amountDue?.amount ?? '0'
  if (order.shippedOn !== null && !paid && Number(due) > 0) {
    await api.mutate(RecordPaymentDocument, {
      input: { externalId: order.id, invoiceId: invoice.id, amount: due, paidOn: order.shippedOn },
    })
  }
}

const linesOf = ({ lines }: Order) =>
  lines.map(({ product, unitPrice, quantity, discount }) => ({ description: product, unitPrice, quantity, discount }))
const versionOf = ({ id, version }: { id: string; version: number }) => ({ id, version })

interface ByExternalId {
  first: number
  filter: { externalId: { in: string[] } }
}

const pageSize = 100

/** The records that bear these external ids, by external id. */
async function known<Found extends { externalId: string | null }>(
  externalIds: readonly string[],
  list: (variables: ByExternalId) => AsyncIterable<{ nodes: readonly Found[] }>,
): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (let from = 0; from < externalIds.length; from += pageSize) {
    const some = externalIds.slice(from, from + pageSize)
    for await (const { nodes } of list({ first: pageSize, filter: { externalId: { in: some } } })) {
      for (const record of nodes) found.set(record.externalId ?? '', record)
    }
  }
  return found
}

function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** Says what an error of the API was about. */
async function named(what: string, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof ClientelaError)) throw error
    throw new Error(`${what}: ${error.message}`, { cause: error })
  })
}
