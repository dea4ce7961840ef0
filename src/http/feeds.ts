import { Readable, pipeline } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Context } from '../request/context.js'
import { vary } from './cross-origin.js'
import { keyOf } from './key.js'
import type { Database } from '../database/database.js'
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
  readCursor,
  type Since,
} from '../features/feeds/index.js'
import { badInput, notFound } from '../model/errors.js'
import { Operation } from '../database/operation.js'
import { dayIn, isDay, type Clock, type Day } from '../lib/calendar.js'
import type { Column, Rows, WriteOptions } from '../lib/table/column.js'
import { formats, isFormat, type Format } from '../lib/table/write.js'

/** Whoever takes nothing for so long is gone, and what is held for him is given back. */
const patience = 300_000
/** In milliseconds. A view of the database that is held for long keeps SQLite from ever using the room of its log again. */
const longest = 3_600_000

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

interface Table {
  format: Format
  columns: readonly Column[]
  pages: AsyncGenerator<Rows>
  options: WriteOptions
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
    reply.removeHeader('WWW-Authenticate').headers({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
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
    handler: async (request, reply) => {
      const ctx = await contextOf(request, reply)
      const { name, format } = fileOf(request.params.file)
      const table = listTables().find(each => each.name === name)
      if (!table)
        throw notFound(
          `There is no list ${name.slice(0, 60)}; there are ${listTables()
            .map(each => each.name)
            .join(', ')}.`,
        )
      const {
        columns: wanted,
        asOf: day,
        filter,
        orderBy,
        spanish,
        ...rest
      } = parametersOf(request.query, ['columns', 'filter', 'orderBy', 'savedViewId', 'archived', 'asOf', 'spanish'])
      if (spanish && spanish !== 'true') throw badInput('spanish is true, or left out.')
      const columns = chosenColumns(ctx, table, wanted?.split(',') ?? usualColumns(ctx, table))
      const asked = { columns, asOf: dayOf(ctx, day) }
      const choice = { filter: jsonOf('filter', filter), orderBy: jsonOf('orderBy', orderBy), ...rest }
      if (request.method === 'HEAD') {
        reply.header('X-Clientela-Rows', await countList(ctx, table, asked, choice))
        return announce(reply, name, format)
      }
      const { count, pages } = await openList(ctx, table, asked, choice)
      reply.header('X-Clientela-Rows', count)
      return send(request, reply, name, {
        format,
        columns,
        pages,
        options: { title: name, forPeople: true, spanish: spanish === 'true' },
      })
    },
  })
  app.route<TableRequest>({
    method: ['GET', 'HEAD'],
    url: '/export/v1/:file',
    handler: async (request, reply) => {
      const ctx = await contextOf(request, reply)
      const { name, format } = fileOf(request.params.file)
      const table = feedTables().find(each => each.name === name)
      if (!table) throw notFound(`There is no table ${name.slice(0, 60)}; /export/v1/manifest.json lists them.`)
      const given = parametersOf(request.query, ['columns', 'cursor', 'updatedSince', 'asOf'])
      const columns = chosenColumns(ctx, table, given.columns?.split(','))
      const since = sinceOf(given, ctx)
      if (since && given.asOf) throw badInput('An incremental pull is told for today: leave out asOf.')
      const asOf = dayOf(ctx, given.asOf)
      const { next, pages } = await openFeed(ctx, table, { columns, asOf }, since)
      reply.header('X-Clientela-As-Of', asOf)
      // Of figures of a past day nothing can go on.
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
    },
  })
}

/** The key as the password of HTTP Basic, which is what spreadsheets can send. Here alone: browsers send it by themselves, and nothing can be changed here. */
function passwordOf({ headers }: FastifyRequest): string | undefined {
  const credentials = /^Basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (!credentials) return undefined
  const [, ...password] = Buffer.from(credentials, 'base64').toString().split(':')
  return password.length === 0 ? undefined : password.join(':')
}

function fileOf(file: string): { name: string; format: Format } {
  const [, name = '', format = ''] = /^(.+)\.(\w+)$/.exec(file) ?? []
  if (!isFormat(format))
    throw notFound(`Ask for a table as ${Object.keys(formats).join(', ')}, such as /export/v1/clients.csv.`)
  return { name, format }
}

function parametersOf<const Name extends string>(
  query: Record<string, unknown>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  for (const [name, value] of Object.entries(query)) {
    if (!names.includes(name as Name))
      throw badInput(
        `There is no parameter ${name.slice(0, 40)}; there are ${names.join(', ')}. A key belongs into a header, never into an address.`,
      ) // that is what is being asked
    if (typeof value !== 'string' || value === '')
      throw badInput(`Give ${name} once and with a value, or leave it out.`)
  }
  return query as Partial<Record<Name, string>> // just looked
}

function dayOf(ctx: Context, asOf: string | undefined): Day {
  if (asOf && !isDay(asOf)) throw badInput('asOf is not a date of the form YYYY-MM-DD.')
  return ctx.day(asOf)
}

const samples = { filter: '{"legalName":{"startsWith":"A"}}', orderBy: '{"field":"CREATED_AT","direction":"DESC"}' }

/** An argument as JSON, as GraphQL has it among its variables. */
function jsonOf(name: keyof typeof samples, text: string | undefined): object | null {
  if (text === undefined) return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // told below, like what is JSON but no object
  }
  throw badInput(`${name} is not JSON as the list takes it in GraphQL, such as ${samples[name]}.`)
}

function sinceOf({ cursor, updatedSince }: { cursor?: string; updatedSince?: string }, ctx: Context): Since | null {
  if (cursor && updatedSince) throw badInput('Give cursor or updatedSince, not both.')
  if (cursor) return readCursor(cursor)
  if (!updatedSince) return null
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(updatedSince) ? new Date(updatedSince) : new Date(NaN)
  if (Number.isNaN(at.getTime())) throw badInput('updatedSince is not an instant such as 2026-01-31T10:00:00.000Z.')
  return { position: at.getTime(), day: dayIn(ctx.access.organization.timeZone, at) }
}

/** What is said of a table ahead of its rows; of HEAD it is the whole answer. */
function announce(reply: FastifyReply, name: string, format: Format): FastifyReply {
  reply.headers({
    'Content-Type': formats[format].contentType,
    'Content-Disposition': `attachment; filename="${name}.${format}"`,
  })
  vary(reply, 'Accept-Encoding')
  return reply.request.method === 'HEAD' ? reply.send() : reply
}

/** Sends a table piece by piece, as fast as it is taken; when the reader goes, its connection is given back. */
function send(request: FastifyRequest, reply: FastifyReply, name: string, { format, columns, pages, options }: Table) {
  const { packed, write } = formats[format]
  // Also where nothing was taken yet, when closing the writer would not reach the pages.
  reply.raw.once('close', () => void pages.return(undefined))
  reply.raw.setTimeout(patience, () => reply.raw.destroy())
  const ending = setTimeout(() => reply.raw.destroy(), longest)
  reply.raw.once('close', () => {
    clearTimeout(ending)
  })
  announce(reply, name, format)
  const bytes = Readable.from(write(columns, pages, options), { objectMode: false, highWaterMark: 65_536 })
  if (packed || !/\bgzip\b(?!;q=0(\.0*)?(?![.\d]))/.test(String(request.headers['accept-encoding'] ?? '')))
    return reply.send(bytes)
  reply.header('Content-Encoding', 'gzip')
  return reply.send(pipeline(bytes, createGzip({ level: constants.Z_BEST_SPEED }), () => undefined)) // who sends it is told of errors
}
