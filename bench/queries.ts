import type { Database } from './database.js'

/** One request to the product, and the same question to the floor. */
export interface Question {
  path?: string
  query?: string
  variables?: object
  asked: object
}

/** A question that is measured, with changing variables. */
export interface Query {
  name: string
  operation: string
  writes?: boolean
  /** How many ask at once; 8 unless stated. */
  connections?: number
  /** The nth question. */
  question(database: Database, ordinal: number): Question
}

const group = '{ count amount { base { amount } } }'
export const overview = `overview { projects { count totalMinutes } tasks { overdue { count } due { count } upcoming { count } }
  purchaseOrders { total ${group} closed ${group} }
  invoices { authorised ${group} paid ${group} awaitingApproval ${group} overdue ${group} } }`
const client = 'id legalName email tags'
const byId = '(orderBy: { field: CREATED_AT })'
const firstById = '(first: 10, orderBy: { field: CREATED_AT })'

const summaryColumns = `client_id legal_name email tags projects_count projects_total_minutes
  tasks_overdue_count tasks_due_count tasks_upcoming_count
  orders_from_client_total_count orders_from_client_total_amount_base
  orders_from_client_closed_count orders_from_client_closed_amount_base
  sales_authorised_count sales_authorised_amount_base sales_paid_count sales_paid_amount_base
  sales_awaiting_approval_count sales_awaiting_approval_amount_base sales_overdue_count sales_overdue_amount_base`

const userErrors = 'userErrors { code message }'
const one = (database: Database, ordinal: number) => ({
  organization: database.main.id,
  id: database.main.clients[(ordinal * 37) % database.main.clients.length]?.id,
})
const page = ({ main }: Database, ordinal: number) => {
  const place = main.pages[ordinal % main.pages.length]
  return { variables: { after: place?.cursor ?? null }, asked: { organization: main.id, after: place?.after ?? null } }
}

export const pageWithOverviews = (fields = `${client} ${overview}`) =>
  `query($after: String) { clients(first: 50, after: $after) { nodes { ${fields} } } }`

export const queries: Query[] = [
  {
    name: 'one client with its overview',
    operation: 'oneOverview',
    question(database, ordinal) {
      const asked = one(database, ordinal)
      return { query: `query($id: ID!) { client(id: $id) { ${client} ${overview} } }`, variables: asked, asked }
    },
  },
  {
    name: 'page of 50 with overviews',
    operation: 'pageWithOverviews',
    question: (database, ordinal) => ({ query: pageWithOverviews(), ...page(database, ordinal) }),
  },
  {
    name: 'plain page of 50',
    operation: 'plainPage',
    question: (database, ordinal) => ({ query: pageWithOverviews(client), ...page(database, ordinal) }),
  },
  {
    name: 'client with contacts, projects and their time',
    operation: 'nested',
    question(database, ordinal) {
      const asked = one(database, ordinal)
      return {
        query: `query($id: ID!) { client(id: $id) { id legalName contacts${byId} { nodes { id name email } }
          projects${firstById} { nodes { id name state timeEntries${firstById} { nodes { id minutes date note } } } } } }`,
        variables: asked,
        asked,
      }
    },
  },
  {
    name: 'page of 50 by overdue, with overviews',
    operation: 'pageByOverdue',
    question: ({ main }) => ({
      query: `{ clients(first: 50, orderBy: { field: OVERDUE, direction: DESC }) { nodes { ${client} ${overview} } } }`,
      asked: { organization: main.id },
    }),
  },
  {
    name: 'summaries of all clients (feed)',
    operation: 'allSummaries',
    connections: 1,
    question: ({ main }) => ({
      path: `/export/v1/client-summaries.jsonl?columns=${summaryColumns.split(/\s+/).join()}`,
      asked: { organization: main.id },
    }),
  },
  {
    name: 'create a client',
    operation: 'createClient',
    writes: true,
    question({ written }, ordinal) {
      const input = {
        legalName: `Banc de proves ${ordinal}`,
        email: `proves${ordinal}@banc.example`,
        tags: ['prova'],
        address: { line1: 'Carrer Major 1', city: 'Barcelona', country: 'ES' },
      }
      return {
        query: `mutation($input: CreateClientInput!) { createClient(input: $input) { client { ${client} } ${userErrors} } }`,
        variables: { input },
        asked: { organization: written.id, ...input },
      }
    },
  },
  {
    name: 'create an invoice of one line',
    operation: 'createInvoice',
    writes: true,
    question({ written }, ordinal) {
      const clientId = written.clients[ordinal % written.clients.length]?.id
      const [description, cents] = ['Feina', 1000 + (ordinal % 90_000)]
      return {
        query: `mutation($input: CreateInvoiceInput!) { createInvoice(input: $input) { invoice { id payable { amount } } ${userErrors} } }`,
        variables: {
          input: { clientId, lines: [{ description, quantity: '1', unitPrice: (cents / 100).toFixed(2) }] },
        },
        asked: { organization: written.id, clientId, description, unitPrice: cents },
      }
    },
  },
]
