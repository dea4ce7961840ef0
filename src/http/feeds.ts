import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/database.js'
import { Operation } from '../database/operation.js'
import type { Authentication } from '../features/access/index.js'
import {
  chosenColumns,
  countList,
  cursorOf,
  feedTables,
  listTables,
  manifestOf,
  openApi,
  openFeed,
  openList,
  usualColumns,
} from '../features/feeds/index.js'
import type { Clock } from '../lib/calendar.js'
import { badInput, notFound } from '../model/errors.js'
import { Context } from '../request/context.js'
import { guarded } from './errors.js'
import { announce, send } from './feed-answer.js'
import { dayOf, fileOf, jsonOf, parametersOf, sinceOf } from './feed-parameters.js'
import { keyOf } from './key.js'

export interface FeedOptions {
  database: Database
  authentication: Authentication
  clock: Clock
  /** How long one statement of an export may take. */
  operationSeconds: number
}

interface TableRequest {
  Params: { file: string }
  Querystring: Record<string, unknown>
}

/** `GET /export/v1/…`: tables for spreadsheets and BI tools, written while they are read. */
export function registerFeeds(
  app: FastifyInstance,
  { database, authentication, clock, operationSeconds }: FeedOptions,
) {
  const contextOf = async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('WWW-Authenticate', 'Basic realm="Clientela: any user name, the API key as password", charset="UTF-8"')
    const access = await authentication.accessOf(passwordOf(request) ?? keyOf(request))
    const operation = Operation.of(reply.raw, operationSeconds, true)
    const context = new Context(database, access, clock, undefined, operation)
    reply.removeHeader('WWW-Authenticate').headers(guarded)
    return context
  }
  app.get('/export/v1/manifest.json', async (request, reply) => manifestOf(await contextOf(request, reply)))
  app.get('/export/v1/openapi.json', async (request, reply) => {
    await contextOf(request, reply)
    return openApi()
  })
  app.route<TableRequest>({
    method: ['GET', 'HEAD'],
    url: '/export/v1/lists/:file',
    handler: async (request, reply) => answerList(request, reply, await contextOf(request, reply)),
  })
  app.route<TableRequest>({
    method: ['GET', 'HEAD'],
    url: '/export/v1/:file',
    handler: async (request, reply) => answerFeed(request, reply, await contextOf(request, reply)),
  })
}

/** Answers with a list as GraphQL filters and orders it. */
async function answerList(request: FastifyRequest<TableRequest>, reply: FastifyReply, ctx: Context) {
  const { name, format } = fileOf(request.params.file)
  const tables = listTables()
  const table = tables.find(each => each.name === name)
  if (!table)
    throw notFound(`There is no list ${name.slice(0, 60)}; there are ${tables.map(each => each.name).join(', ')}.`)
  const given = parametersOf(request.query, [
    'columns',
    'filter',
    'orderBy',
    'savedViewId',
    'archived',
    'asOf',
    'spanish',
  ])
  const { columns: wanted, asOf, filter, orderBy, spanish, ...rest } = given
  if (spanish && spanish !== 'true') throw badInput('spanish is true, or left out.')
  const columns = chosenColumns(ctx, table, wanted?.split(',') ?? usualColumns(ctx, table))
  const asked = { columns, asOf: dayOf(ctx, asOf) }
  const choice = { filter: jsonOf('filter', filter), orderBy: jsonOf('orderBy', orderBy), ...rest }
  if (request.method === 'HEAD') {
    reply.header('X-Clientela-Rows', await countList(ctx, table, asked, choice))
    return announce(reply, name, format)
  }
  const { count, pages } = await openList(ctx, table, asked, choice)
  reply.header('X-Clientela-Rows', count)
  const options = { title: name, forPeople: true, spanish: spanish === 'true' }
  return send(request, reply, name, { format, columns, pages, options })
}

/** Answers with a whole table, or with what changed in it since an earlier pull. */
async function answerFeed(request: FastifyRequest<TableRequest>, reply: FastifyReply, ctx: Context) {
  const { name, format } = fileOf(request.params.file)
  const table = feedTables().find(each => each.name === name)
  if (!table) throw notFound(`There is no table ${name.slice(0, 60)}; /export/v1/manifest.json lists them.`)
  const given = parametersOf(request.query, ['columns', 'cursor', 'updatedSince', 'asOf'])
  const columns = chosenColumns(ctx, table, given.columns?.split(','))
  const since = sinceOf(given, ctx)
  if (since && given.asOf) throw badInput('An incremental pull holds for today: leave out asOf.')
  const asOf = dayOf(ctx, given.asOf)
  const { next, pages } = await openFeed(ctx, table, { columns, asOf }, since)
  reply.header('X-Clientela-As-Of', asOf)
  // No later pull can go on from figures of a past day.
  if (asOf === ctx.today)
    reply.headers({
      'X-Clientela-Cursor': cursorOf(next),
      'X-Clientela-Watermark': new Date(next.position).toISOString(),
    })
  if (request.method === 'HEAD') {
    await pages.return(undefined)
    return announce(reply, name, format)
  }
  return send(request, reply, name, { format, columns, pages, options: { title: name } })
}

/**
 * Returns the key from the password of HTTP Basic, which is what spreadsheets can send. Only feeds take it: browsers
 * send a password by themselves, and a feed changes nothing.
 */
function passwordOf({ headers }: FastifyRequest): string | undefined {
  const credentials = /^Basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (!credentials) return undefined
  const [, ...password] = Buffer.from(credentials, 'base64').toString().split(':')
  return password.length === 0 ? undefined : password.join(':')
}
