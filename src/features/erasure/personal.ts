import type { RecordRow } from '../../model/row.js'
import { Client, Contact } from '../clients/index.js'

export const erasedText = '(erased)'

/** The fields that tell who somebody is, by kind of record, as history has them. What is new in one of these has to be judged: a test compares them with all texts. */
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

/** Of these, what is too common to be looked for in other texts, or follows from others: it goes where its field says what it is. */
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

/** What somebody is known by: it is replaced wherever it stands. */
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

  /** The same without what somebody else is known by as well. */
  without(other: Identity): Identity {
    const others = new Set([...other.values].map(value => value.toLowerCase()))
    const left = new Identity()
    for (const value of this.values) if (!others.has(value.toLowerCase())) left.values.add(value)
    return left
  }

  /** Whether one of the texts of a value, as JSON has them, tells who it is. */
  isIn(value: unknown): boolean {
    if (typeof value === 'string') {
      const lower = value.toLowerCase()
      return [...this.values].some(known => lower.includes(known.toLowerCase()))
    }
    return typeof value === 'object' && value !== null && Object.values(value).some(each => this.isIn(each))
  }

  /** A text without what somebody is known by, the longest first, whatever its case; no longer than it may be. */
  erasedFrom(text: string, longest?: number): string {
    return this.replaced(text, longest, value => value)
  }

  /** The same where it stands as words of its own, not within others: for what people go on working with. */
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

  /** The same in all texts of a value, as JSON has them. */
  erasedWithin(value: unknown): unknown {
    if (typeof value === 'string') return this.erasedFrom(value)
    if (Array.isArray(value)) return value.map(each => this.erasedWithin(each))
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.erasedWithin(each)]))
      : value
  }
}

/** The values of a record in history, without what is personal in it and what somebody is known by. */
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
