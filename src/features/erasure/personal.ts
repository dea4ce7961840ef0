import type { FieldDefinition } from '../../model/field-definition.js'
import type { RecordRow } from '../../model/row.js'
import { Client, Contact } from '../clients/index.js'

export const erasedText = '(erased)'

/** Where each field of a kind of record belongs. A field in none of these lists is emptied like a personal one. */
export interface JudgedFields {
  /** Fields that tell who somebody is. Their values are looked for in every other text. */
  sought: readonly string[]
  /** Personal fields with values too common to be looked for, or that follow from others. They go where they stand. */
  personal: readonly string[]
  /** Fields that are emptied in the record and stay in its history. */
  keptInHistory?: readonly string[]
  /** Fields that stay as they are, but for the names, numbers and addresses of the person in them. */
  kept: readonly string[]
  /** Values that history has beside the fields, which stay like those. */
  noted?: readonly string[]
}

/** The fields of the records of a person, judged one by one. A test fails for a field in no list. */
export const judgedFields = {
  Client: {
    sought: ['legalName', 'tradeName', 'taxIdNumber', 'externalId', 'email', 'phone', 'website', 'notes'],
    personal: [
      'addressLine1',
      'addressLine2',
      'postalCode',
      'city',
      'legalNameFolded',
      'nameKey',
      'phoneKey',
      'domainKey',
    ],
    keptInHistory: ['taxIdCountry', 'region', 'tags'],
    kept: ['country', 'currency', 'paymentTermsDays', 'ownerId', 'language', 'archivedAt'],
    noted: ['mergedClient', 'otherClient'],
  },
  Contact: {
    sought: ['name', 'email', 'phone', 'externalId'],
    personal: ['role', 'nameFolded'],
    kept: ['clientId', 'primary'],
  },
  Interaction: {
    sought: [],
    personal: ['title', 'text'],
    kept: [
      'externalId',
      'clientId',
      'kind',
      'subjectType',
      'subjectId',
      'happenedOn',
      'contactIds',
      'authorType',
      'authorId',
      'authorName',
    ],
  },
  File: {
    sought: [],
    personal: ['name', 'nameFolded'],
    kept: [
      'externalId',
      'clientId',
      'subjectType',
      'subjectId',
      'contentType',
      'size',
      'sha256',
      'blobKey',
      'uploaderType',
      'uploaderId',
      'uploaderName',
    ],
  },
  ClientMerge: {
    sought: [],
    personal: ['legalName'],
    kept: ['externalId', 'loserId', 'mergedIntoId', 'mergedOn', 'kept', 'loserExternalId', 'loserTaxId'],
  },
} satisfies Record<string, JudgedFields>

function judgedOf(type: string): JudgedFields | undefined {
  const byType: Readonly<Record<string, JudgedFields>> = judgedFields
  return byType[type]
}

/** Fields of every record, which tell nothing of a person. */
export const keptEverywhere: readonly string[] = ['id', 'organizationId', 'version', 'createdAt', 'updatedAt']

/**
 * The values of a record in each field that nobody judged to be kept. They are made for one use, since a record holds
 * them.
 */
export function emptiedValues(fields: readonly FieldDefinition[], { kept }: JudgedFields): Record<string, unknown> {
  const gone = fields.filter(({ name }) => !kept.includes(name) && !keptEverywhere.includes(name))
  return Object.fromEntries(gone.map(field => [field.name, emptied(field)]))
}

const emptied = ({ kind, nullable }: FieldDefinition) => (kind === 'texts' ? [] : nullable ? null : erasedText)

/** Shorter texts stand in too many others. */
const shortest = 4

/** The names, numbers and addresses of a person, which are replaced in every text. */
export class Identity {
  private readonly values = new Set<string>()

  add(type: string, values: Readonly<Record<string, unknown>> | null) {
    for (const field of judgedOf(type)?.sought ?? []) {
      const value = values?.[field]
      if (typeof value === 'string' && [...value].length >= shortest && value !== erasedText) this.values.add(value)
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
  erasedAsWords(text: string, longest?: number): string {
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

/** The values of a record in history: those of fields that stay lose the names of the person, and all others go. */
export function erasedValues(
  type: string,
  values: Record<string, unknown> | null,
  identity: Identity,
): Record<string, unknown> | null {
  if (!values) return null
  const { kept, keptInHistory = [], noted = [] } = judgedOf(type) ?? {}
  const stays = kept && new Set([...keptEverywhere, ...kept, ...keptInHistory, ...noted])
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      !stays || stays.has(name) ? identity.erasedWithin(value) : erasedValue(value),
    ]),
  )
}

function erasedValue(value: unknown): unknown {
  if (typeof value === 'string') return erasedText
  return Array.isArray(value) ? [] : null
}
