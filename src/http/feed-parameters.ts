import { readCursor, type Since } from '../features/feeds/index.js'
import { dayIn, isDay, type Day } from '../lib/calendar.js'
import { formats, isFormat, type Format } from '../lib/table/write.js'
import { badInput, notFound } from '../model/errors.js'
import type { Context } from '../request/context.js'

/** Splits the last part of an address, such as clients.csv. */
export function fileOf(file: string): { name: string; format: Format } {
  const [, name = '', format = ''] = /^(.+)\.(\w+)$/.exec(file) ?? []
  if (!isFormat(format))
    throw notFound(`Ask for a table as ${Object.keys(formats).join(', ')}, such as /export/v1/clients.csv.`)
  return { name, format }
}

/** Refuses parameters that the address does not take, and parameters without a value. */
export function parametersOf<const Name extends string>(
  query: Record<string, unknown>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  for (const [name, value] of Object.entries(query)) {
    if (!names.includes(name as Name))
      throw badInput(
        `There is no parameter ${name.slice(0, 40)}; there are ${names.join(', ')}. A key belongs in a header, never into an address.`,
      ) // the question itself
    if (typeof value !== 'string' || value === '')
      throw badInput(`Give ${name} once and with a value, or leave it out.`)
  }
  return query as Partial<Record<Name, string>> // as the loop has checked
}

/** Returns the day that figures hold for, today unless given. */
export function dayOf(ctx: Context, asOf: string | undefined): Day {
  if (asOf && !isDay(asOf)) throw badInput('asOf is not a date of the form YYYY-MM-DD.')
  return ctx.day(asOf)
}

const samples = { filter: '{"legalName":{"startsWith":"A"}}', orderBy: '{"field":"CREATED_AT","direction":"DESC"}' }

/** Reads a parameter that is JSON, as GraphQL has it among its variables. */
export function jsonOf(name: keyof typeof samples, text: string | undefined): object | null {
  if (text === undefined) return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // refused below, like JSON that is no object
  }
  throw badInput(`${name} is not JSON as the list takes it in GraphQL, such as ${samples[name]}.`)
}

/** Returns where an incremental pull goes on; null of a whole pull. */
export function sinceOf(
  { cursor, updatedSince }: { cursor?: string; updatedSince?: string },
  ctx: Context,
): Since | null {
  if (cursor && updatedSince) throw badInput('Give cursor or updatedSince, not both.')
  if (cursor) return readCursor(cursor)
  if (!updatedSince) return null
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(updatedSince) ? new Date(updatedSince) : new Date(NaN)
  if (Number.isNaN(at.getTime())) throw badInput('updatedSince is not an instant such as 2026-01-31T10:00:00.000Z.')
  return { position: at.getTime(), day: dayIn(ctx.access.organization.timeZone, at) }
}
