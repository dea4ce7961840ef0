import 'reflect-metadata'
import type { ClassType } from 'type-graphql'
import type { ColumnOptions } from 'typeorm'
import type { FieldDefinition, Row } from './field-definition.js'
import type { Permission } from './permission.js'

interface Options {
  nullable?: boolean
  hidden?: boolean
  inHistory?: boolean
  permission?: Permission
}

const fieldsByClass = new Map<object, FieldDefinition[]>()

/** The fields that a class itself states, without those of its ancestors. */
export const ownFields = (type: object): readonly FieldDefinition[] => fieldsByClass.get(type) ?? []

function add(
  field: Omit<FieldDefinition, 'name' | 'nullable' | 'hidden' | 'inHistory' | 'description'>,
  description: string,
  options: Options = {},
): PropertyDecorator {
  return (prototype, key) => {
    const own = fieldsByClass.get(prototype.constructor) ?? []
    fieldsByClass.set(prototype.constructor, own)
    const nullable = options.nullable ?? false
    own.push({
      ...field,
      name: String(key),
      description,
      nullable,
      hidden: options.hidden ?? false,
      inHistory: options.inHistory ?? !options.hidden,
      permission: options.permission,
      column: { ...field.column, nullable },
    })
  }
}

const bigints = {
  to: (value: bigint | null | undefined) => (value === null || value === undefined ? value : value.toString()),
  from: (value: string | number | null | undefined) => (value === null || value === undefined ? null : BigInt(value)),
}

const ids: ColumnOptions = { type: 'varchar', length: 32 }

/** The primary key: a short prefix and a UUIDv7 in base 32. */
export const id = (description: string) => add({ kind: 'id', column: { ...ids, primary: true } }, description)

type TextOptions = Options & Pick<FieldDefinition, 'max' | 'lines' | 'exact' | 'input' | 'folded' | 'scalar'>

/** Text of at most `max` characters: of one line unless it says `lines`. */
export function text(
  description: string,
  { max = 200, lines, exact, input, folded, scalar, ...options }: TextOptions = {},
) {
  return add(
    {
      kind: 'text',
      max,
      lines,
      exact,
      input,
      folded,
      scalar,
      column: max > 2000 ? { type: 'text' } : { type: 'varchar', length: max },
    },
    description,
    options,
  )
}

/** An ISO 4217 code. */
export const currency = (description: string, options?: Options) =>
  add({ kind: 'currency', max: 3, column: { type: 'varchar', length: 3 } }, description, options)

export const integer = (description: string, options?: Options) =>
  add({ kind: 'integer', column: { type: 'int' } }, description, options)

/** Marks an amount in the base currency of the organisation, which every one of its rows shares. */
export const inBase = 'base'

/** Minor units of the currency that the property `currency` (or the one named) holds. */
export const money = (
  description: string,
  { currency: property = 'currency', ...options }: Options & { currency?: string } = {},
) => add({ kind: 'money', currency: property, column: { type: 'bigint', transformer: bigints } }, description, options)

/** Several texts, in their order. */
export const texts = (description: string, { exact, ...options }: Options & Pick<FieldDefinition, 'exact'> = {}) =>
  add({ kind: 'texts', exact, column: { type: 'json' } }, description, options)

/** An integer of 10^-places, a Decimal in the API. */
export const decimal = (places: number, description: string, options?: Options) =>
  add({ kind: 'decimal', places, column: { type: 'bigint', transformer: bigints } }, description, options)

export const day = (description: string, options?: Options) =>
  add({ kind: 'day', column: { type: 'date' } }, description, options)

/** UTC with milliseconds. */
export const instant = (description: string, options?: Options) =>
  add({ kind: 'instant', column: { type: 'datetime', precision: 3 } }, description, options)

export const flag = (description: string, options?: Options) =>
  add({ kind: 'flag', column: { type: 'boolean' } }, description, options)

export const choice = (values: Record<string, string>, description: string, options?: Options) =>
  add({ kind: 'choice', enum: values, column: { type: 'varchar', length: 30 } }, description, options)

export const json = (description: string, options?: Options) =>
  add({ kind: 'json', column: { type: 'json' } }, description, options)

/**
 * The id of another record of the organisation, with its foreign key. `clientId` also gives the
 * field `client`, read through the loaders and thus through the door.
 */
export function reference(
  target: (() => ClassType<Row>) | string,
  description: string,
  { named, ...options }: Options & Pick<FieldDefinition, 'named'> = {},
) {
  return add({ kind: 'reference', target, named, column: ids }, description, options)
}
