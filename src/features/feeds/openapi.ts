import { formats } from '../../lib/table/write.js'
import { feedTables } from './feed.js'
import { listTables } from './list-export.js'
import type { FeedColumn, FeedTable } from './feed-table.js'

const parameter = (name: string, description: string, schema: object) => ({ name, in: 'query', description, schema })

const parameters = [
  {
    name: 'format',
    in: 'path',
    required: true,
    description: 'How the table is written.',
    schema: { type: 'string', enum: Object.keys(formats) },
  },
  parameter('columns', 'Names of columns, separated by commas; all of them if left out.', { type: 'string' }),
  parameter('cursor', 'X-Clientela-Cursor of the last pull: only what changed since.', { type: 'string' }),
  parameter('updatedSince', 'Only what changed after this instant, such as X-Clientela-Watermark of the last pull.', {
    type: 'string',
    format: 'date-time',
  }),
  parameter('asOf', 'The day that figures hold for, in a pull of everything; default today, never later.', {
    type: 'string',
    format: 'date',
  }),
]

const header = (description: string, schema: object = { type: 'string' }) => ({ description, schema })
const headers = {
  'X-Clientela-Cursor': header('Where the next pull goes on.'),
  'X-Clientela-Watermark': header(
    'The same as an instant, for updatedSince: no change that is not in this answer will ever count as before it.',
    { type: 'string', format: 'date-time' },
  ),
  'X-Clientela-As-Of': header('The day that figures hold for.', { type: 'string', format: 'date' }),
}

const error = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } },
})
const binary = { schema: { type: 'string', format: 'binary' } }

const schemas: Record<string, object> = {
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  timestamp: { type: 'string', format: 'date-time' },
}

function schemaOf({ type, nullable, description }: FeedColumn) {
  const schema = schemas[type] ?? { type: 'string', ...(type === 'text' ? {} : { format: 'decimal' }) }
  return { ...schema, ...(nullable ? { type: [(schema as { type: string }).type, 'null'] } : {}), description } // each of them has a type
}

const pathOf = (table: FeedTable) =>
  [
    `/export/v1/${table.name}.{format}`,
    {
      get: {
        operationId: `pull-${table.name}`,
        summary: table.description,
        description: `Needs ${[table.permission, 'export'].filter(each => each !== null).join(' and ')}${table.columns.some(({ permission }) => permission) ? ', and what single columns need' : ''}. Key: ${table.key.join(', ')}.`,
        parameters,
        responses: {
          200: {
            description:
              'The table, written while it is read: an answer that breaks off is not whole. Compressed where Accept-Encoding asks for gzip.',
            headers,
            content: Object.fromEntries(
              Object.entries(formats).map(([format, { contentType }]) => [
                contentType,
                format === 'jsonl'
                  ? {
                      schema: {
                        type: 'object',
                        properties: Object.fromEntries(table.columns.map(column => [column.name, schemaOf(column)])),
                      },
                    }
                  : binary,
              ]),
            ),
          },
          400: error('A parameter that is not right; the message says what to do.'),
          401: error('No key, or one that is not valid.'),
          403: error('The key lacks a scope; the message names the columns.'),
          503: error('Too many long reads at once; try again.'),
        },
      },
    },
  ] as const

const listParameters = [
  ...parameters.filter(({ name }) => name === 'format' || name === 'columns'),
  parameter('filter', 'Which records: the `filter` of the list in GraphQL as JSON.', { type: 'string' }),
  parameter(
    'orderBy',
    'Their order: the `orderBy` of the list in GraphQL as JSON, such as {"field":"OVERDUE","direction":"DESC"}.',
    { type: 'string' },
  ),
  parameter('savedViewId', 'A saved view of the list: its filter holds as well, and its order where none is given.', {
    type: 'string',
  }),
  parameter('archived', 'For clients and projects: whether archived ones are there.', {
    type: 'string',
    enum: ['EXCLUDE', 'INCLUDE', 'ONLY'],
  }),
  parameter('asOf', 'The day that figures of clients hold for; default today, never later.', {
    type: 'string',
    format: 'date',
  }),
  parameter('spanish', 'CSV as a Spanish Excel opens it: with a byte order mark, semicolons and decimal commas.', {
    type: 'string',
    enum: ['true'],
  }),
]

const listPathOf = (table: FeedTable) => {
  const [, { get }] = pathOf(table)
  return [
    `/export/v1/lists/${table.name}.{format}`,
    {
      get: {
        ...get,
        operationId: `list-${table.name}`,
        summary: `${table.description} For people: filtered, in an order, with chosen columns.`,
        parameters: listParameters,
        responses: {
          ...get.responses,
          200: {
            ...get.responses[200],
            headers: { 'X-Clientela-Rows': header('How many rows come.', { type: 'integer' }) },
          },
        },
      },
    },
  ] as const
}

/** The description of the endpoints for programs. */
export const openApi = () => ({
  openapi: '3.1.0',
  info: {
    title: 'Clientela feeds',
    version: '1',
    description:
      'Tables for spreadsheets and BI tools. Tables and columns are only ever added. The key never stands in an address.',
  },
  security: [{ bearer: [] }, { header: [] }, { basic: [] }],
  paths: {
    '/export/v1/manifest.json': {
      get: {
        operationId: 'manifest',
        summary: 'All tables with their columns, types and keys.',
        responses: {
          200: { description: 'The manifest.', content: { 'application/json': { schema: { type: 'object' } } } },
          401: error('No key, or one that is not valid.'),
        },
      },
    },
    ...Object.fromEntries(feedTables().map(pathOf)),
    ...Object.fromEntries(listTables().map(listPathOf)),
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer' },
      header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      basic: { type: 'http', scheme: 'basic', description: 'Any user name; the key is the password.' },
    },
    schemas: {
      Errors: {
        type: 'object',
        properties: {
          errors: {
            type: 'array',
            items: {
              type: 'object',
              properties: {
                message: { type: 'string' },
                extensions: { type: 'object', properties: { code: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
  },
})
