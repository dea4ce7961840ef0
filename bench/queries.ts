import 'reflect-metadata'
import { graphql } from 'graphql'
import { Context } from '../src/request/context.js'
import type { Database } from '../src/database/database.js'
import { Authentication } from '../src/features/access/index.js'
import { resolvers } from '../src/features/index.js'
import { schemaOf } from '../src/graphql/schema.js'

export interface Query {
  name: string
  text: string
}

const sum = 'amounts { amount currency } base { amount currency } knownBase { amount currency } withoutRate'
const overview = `overview { asOf
  projects { count totalHours billableMinutes invoicedMinutes }
  tasks { overdue { count } due { count } upcoming { count } unscheduled { count } open { count } }
  purchaseOrders { total { count amount { ${sum} } } closed { count amount { ${sum} } } open { count amount { ${sum} } } }
  invoices { authorised { count amount { ${sum} } } pending { count amount { ${sum} } } overdue { count amount { ${sum} } } paid { count }
    outstanding { amount { ${sum} } } unappliedCredit { ${sum} } netBalance { ${sum} } } }`

const months = `overviewByMonth { month invoiced { ${sum} } paid { ${sum} } refunded { ${sum} } minutes billableMinutes hours }`

export const queries: Query[] = [
  {
    name: 'page of 50 with overviews',
    text: `{ clients(first: 50) { nodes { id legalName taxId ${overview} } pageInfo { hasNextPage endCursor } } }`,
  },
  {
    name: 'page of 1 with overview',
    text: `{ clients(first: 1) { nodes { id legalName taxId ${overview} } pageInfo { hasNextPage endCursor } } }`,
  },
  {
    name: 'page of 50 with 12 months',
    text: `{ clients(first: 50) { nodes { id legalName ${months} } pageInfo { hasNextPage endCursor } } }`,
  },
  { name: 'overview of the organisation', text: `{ organization { ${overview} } }` },
  { name: '12 months of the organisation', text: `{ organization { ${months} } }` },
  {
    name: '50 clients by overdue amount',
    text: '{ clients(first: 50, orderBy: { field: OVERDUE, direction: DESC }) { nodes { id legalName } pageInfo { hasNextPage endCursor } } }',
  },
  {
    name: 'list of 50 clients',
    text: '{ clients(first: 50) { nodes { id legalName tradeName taxId email phone address { line1 city postalCode country } tags updatedAt } pageInfo { hasNextPage endCursor } } }',
  },
  {
    name: 'list of 50 invoices',
    text: '{ invoices(first: 50) { nodes { id number state issuedOn dueOn payable { amount currency } client { id legalName } } pageInfo { hasNextPage endCursor } } }',
  },
]

export interface Statement {
  sql: string
  values: readonly unknown[]
}

/** The statements that the server sends for a query, with their values. */
export async function captureStatements(database: Database, secret: string, { text }: Query): Promise<Statement[]> {
  const statements: Statement[] = []
  database.onStatement = (sql, values) => statements.push({ sql, values })
  const clock = () => new Date()
  const access = await new Authentication(database, clock).accessOf(secret)
  const { errors } = await graphql({
    schema: await schemaOf(resolvers),
    source: text,
    contextValue: new Context(database, access, clock),
  })
  await new Promise(resolve => setTimeout(resolve, 100)) // the note of the key's use, which no request waits for
  database.onStatement = null
  if (errors?.[0]) throw errors[0]
  return statements.filter(({ sql }) => sql.startsWith('SELECT'))
}
