import { formatMoney } from '../lib/money.js'
import { inBase } from './field.js'
import { metadataOf } from './entity-metadata.js'
import type { Row } from './field-definition.js'

const naming = ['number', 'legalName', 'name', 'title']
const longest = 200

/**
 * The name of a record: its number, name or title, else its amount and day, such as "580.80 EUR on 2026-03-10".
 * A key that may read the record may read this.
 */
export function nameOf(row: Row): string | null {
  const values = row as unknown as Record<string, unknown> // read by the names of its own fields
  const given = naming.map(name => values[name]).find(value => typeof value === 'string' && value !== '')
  const name = given ?? metadataOf(row.constructor).called?.(row as never) ?? amountOf(row, values) // a row of this record
  return typeof name === 'string' ? cut(name, longest) : null
}

function amountOf(row: Row, values: Record<string, unknown>): string | null {
  const { fields } = metadataOf(row.constructor)
  const money = fields.findLast(field => field.kind === 'money' && field.currency !== inBase) // of a document the last is what is payable
  const amount = money && values[money.name]
  if (!money || typeof amount !== 'bigint') return null
  const day = fields.find(field => field.kind === 'day' && !field.nullable)
  const currency = String(values[money.currency ?? 'currency'])
  return `${formatMoney(amount, currency)} ${currency}${day ? ` on ${String(values[day.name])}` : ''}`
}

/** The beginning of a text, of so many characters at most. */
export function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length > most
    ? `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text
}

/** `dueOn` → "due on", `ownerId` → "owner", `PurchaseOrder` → "purchase order". */
export const spoken = (name: string) =>
  name
    .replace(/yIds$/, 'ies')
    .replace(/Ids$/, 's')
    .replace(/(?<!external)Id$/, '')
    .replace(/[A-Z]|\d+/g, part => ` ${part.toLowerCase()}`)
    .trim()
