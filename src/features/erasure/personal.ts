import type { RecordRow } from '../../model/row.js'
import { Client, Contact } from '../clients/index.js'

export const erasedText = '(erased)'

/**
 * The fields that tell who somebody is, by kind of record, as history has them. A test compares them with all texts of
 * these records: somebody has to judge each new one.
 */
export const personalFields: Readonly<Record<string, readonly string[]>> = {
  Client: [
    'legalName',
    'tradeName',
    'taxIdNumber',
    'externalId',
    'addressLine1',
    'addressLine2',
    'postalCode',
    'city',
    'email',
    'phone',
    'website',
    'notes',
    'legalNameFolded',
    'nameKey',
    'phoneKey',
    'domainKey',
  ],
  Contact: ['name', 'role', 'email', 'phone', 'externalId'],
  Interaction: ['title', 'text'],
  File: ['name'],
  ClientMerge: ['legalName'],
}

/**
 * Values of these fields are too common to be looked for in other texts, or follow from others. They go where their own
 * field stands.
 */
const common = new Set([
  'role',
  'addressLine1',
  'addressLine2',
  'city',
  'postalCode',
  'title',
  'text',
  'legalNameFolded',
  'nameKey',
  'phoneKey',
  'domainKey',
])
/** Shorter texts stand in too many others. */
const shortest = 4

/** The names, numbers and addresses of a person, which are replaced in every text. */
export class Identity {
  private readonly values = new Set<string>()

  add(type: string, values: Readonly<Record<string, unknown>> | null) {
    for (const field of personalFields[type] ?? []) {
      const value = values?.[field]
      if (!common.has(field) && typeof value === 'string' && [...value].length >= shortest && value !== erasedText)
        this.values.add(value)
    }
  }

  addRecord(record: RecordRow) {
    const type = record instanceof Client ? 'Client' : record instanceof Contact ? 'Contact' : ''
    this.add(type, record as unknown as Record<string, unknown>) // read by the names of its own fields
  }

  /** The same without the values that somebody else has as well. */
  without(other: Identity): Identity {
    const others = new Set([...other.values].map(value => value.toLowerCase()))
    const left = new Identity()
    for (const value of this.values) if (!others.has(value.toLowerCase())) left.values.add(value)
    return left
  }

  /** Whether a text within a JSON value names the person. */
  isIn(value: unknown): boolean {
    if (typeof value === 'string') {
      const lower = value.toLowerCase()
      return [...this.values].some(known => lower.includes(known.toLowerCase()))
    }
    return typeof value === 'object' && value !== null && Object.values(value).some(each => this.isIn(each))
  }

  /** A text without these values, the longest first, in any case of letters; cut to `longest` characters. */
  erasedFrom(text: string, longest?: number): string {
    return this.replaced(text, longest, value => value)
  }

  /**
   * The same for values that stand as words of their own, not within others: for texts that people go on working with.
   */
  erasedWords(text: string, longest?: number): string {
    return this.replaced(text, longest, value => `(?<![\\p{L}\\p{N}])${value}(?![\\p{L}\\p{N}])`)
  }

  private replaced(text: string, longest = Infinity, around: (value: string) => string): string {
    if (!this.isIn(text)) return text
    const escaped = (value: string) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const known = [...this.values].sort((a, b) => b.length - a.length).map(escaped)
    const erased = known.reduce((left, value) => left.replaceAll(new RegExp(around(value), 'giu'), erasedText), text)
    return erased.length > longest ? erased.slice(0, longest).toWellFormed() : erased
  }

  /** The same in all texts within a JSON value. */
  erasedWithin(value: unknown): unknown {
    if (typeof value === 'string') return this.erasedFrom(value)
    if (Array.isArray(value)) return value.map(each => this.erasedWithin(each))
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.erasedWithin(each)]))
      : value
  }
}

/** The values of a record in history without its personal fields and without the values of the person. */
export function erasedValues(
  type: string,
  values: Record<string, unknown> | null,
  identity: Identity,
): Record<string, unknown> | null {
  if (!values) return null
  const fields = personalFields[type] ?? []
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      fields.includes(name) && typeof value === 'string' ? erasedText : identity.erasedWithin(value),
    ]),
  )
}
