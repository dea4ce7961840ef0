import 'reflect-metadata'
import type { GraphQLScalarType } from 'graphql'
import { Field, Int, ID, InterfaceType, ObjectType, registerEnumType, type ClassType } from 'type-graphql'
import { Column, Entity, ForeignKey, Index, PrimaryColumn, type ColumnOptions } from 'typeorm'
import { CurrencyCode, Day as DateScalar, Decimal, Instant, Json } from './scalars.js'
import { Money } from './money.js'
import { UserError } from '../lib/user-error.js'
import type { Access } from './access.js'
import type { Cost } from './cost.js'
import type { Permission } from './permission.js'

@InterfaceType('Node', { description: 'Anything with a global id. Read any of them by `node(id)`.' })
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and global: a prefix that names the kind, then a UUIDv7 in base 32.' })
  id: string
}

/** A field definition states column, GraphQL type, nullability, description and limits of a field, once. */
export interface FieldDefinition {
  name: string
  kind:
    | 'id'
    | 'text'
    | 'currency'
    | 'integer'
    | 'money'
    | 'decimal'
    | 'day'
    | 'instant'
    | 'flag'
    | 'choice'
    | 'reference'
    | 'json'
    | 'texts'
  description: string
  nullable: boolean
  column: ColumnOptions
  /** Not in the schema: only code and SQL see it. */
  hidden: boolean
  /** Whether history tells of its changes; of what the schema hides only where it says so. */
  inHistory: boolean
  /** Longest text, in UTF-16 units. */
  max?: number
  /** Whether a text may have several lines, such as notes; others hold no break and nothing that is not seen (lib/text.ts). */
  lines?: boolean
  /** Whether a text is kept as it comes, such as a tab between cells; others are stored in NFC, trimmed at their ends. */
  exact?: boolean
  /** What callers call it, where they give it under another name: errors speak of that one. */
  input?: string
  /** The scalar of a text that has a form of its own, such as an e-mail address. */
  scalar?: GraphQLScalarType
  /** Decimal places of a scaled integer. */
  places?: number
  enum?: Record<string, string>
  /** The record referred to, or the name of its class where importing it would turn the layers round. */
  target?: (() => ClassType<Row>) | string
  /** Whether feeds and lists tell the name of the record referred to beside its id. */
  named?: boolean
  /** Hidden property that holds the text folded, by which it is sorted and searched. */
  folded?: string
  /** Property that holds the currency of a money field, or `inBase`. */
  currency?: string
  /** What reading it, or filtering or ordering by it, needs beyond reading the record. */
  permission?: Permission
  /** SQL over `t` for a value that is no column (graphql/computed.ts); it may name :organization, :asOf (the list's day), :today and :...readable. */
  expression?: string
  /** Whether an expression says nothing about past days. */
  undated?: boolean
  /** What filtering or ordering by it costs, beyond reading the record. */
  cost?: Cost
}

/** By which of its texts a record is found: names of its properties and getters. */
export interface Findable {
  /** What a result is called; where it is empty, a result is called by its first code. */
  title: string
  /** Texts that count as its name, the name itself first. */
  names?: readonly string[]
  /** What asked for as a whole is found before all else: numbers, tax ids, ids of other systems. */
  codes?: readonly string[]
  texts?: readonly string[]
  /** Found by their digits; their country's own numbers are those of `country`, a property of it or of the record it leads to. */
  phones?: { fields: readonly string[]; country: string }
  /** The reference to a record that is found by some of these texts, too, and by the same phones. */
  leadsTo?: { by: string; texts: readonly string[] }
}

export interface EntityMetadata {
  type: ClassType<Row>
  name: string
  table: string
  prefix: string
  description: string
  /** What reading it needs; null: any key of the organisation. */
  permission: Permission | null
  /** What reading its history needs; as the record itself unless said. */
  historyPermission: Permission | null
  fields: FieldDefinition[]
  /** Whether its changes are events of their own: lines, for instance, belong to their document. */
  part: boolean
  /** Not in the schema: of no interest outside. */
  hidden: boolean
  /** Which of its rows somebody may see, where the permission alone does not tell. */
  visible?: (row: never, held: ReadonlySet<Permission>, actor: Access['actor']) => boolean
  /** What people call one of its rows, where no number, name, title or amount tells; nothing of other records. */
  called?: (row: never) => string
  search?: Findable
  /** The table that tells which of its records were merged into another one, whose id then answers: `loser_id`, `merged_into_id`. */
  merges?: string
  /** The references to records in whose figures its rows are counted, such as the invoice of an allocation. */
  figuresOf?: readonly string[]
}

/** What every record has; `OrganizationRow` (database/row.ts) adds the organisation. */
export interface Row {
  id: string
}

interface Options {
  nullable?: boolean
  hidden?: boolean
  inHistory?: boolean
  permission?: Permission
}

const fieldsByClass = new Map<object, FieldDefinition[]>()
const metadataByClass = new Map<object, EntityMetadata>()
const metadataByIdPrefix = new Map<string, EntityMetadata>()

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

const enumNames = new Map<object, string>()

/** The name of an enum made by `choices`, which type-graphql keeps to itself. */
export const enumName = (values: object | undefined) => (values && enumNames.get(values)) ?? 'Unknown'

/** An enum of the schema, with a description for each value. */
export function choices<T extends Record<string, string>>(
  name: string,
  description: string,
  values: T,
): { [K in keyof T]: K } {
  const names = Object.fromEntries(Object.keys(values).map(key => [key, key]))
  enumNames.set(names, name)
  registerEnumType(names, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.entries(values).map(([key, text]) => [key, { description: text }])),
  })
  return names as { [K in keyof T]: K } // every key maps to itself, which fromEntries cannot say
}

const scalars = {
  id: ID,
  text: String,
  currency: CurrencyCode,
  integer: Int,
  money: Money,
  decimal: Decimal,
  day: DateScalar,
  instant: Instant,
  flag: Boolean,
  json: Json,
  texts: [String],
  reference: ID,
} as const

export function graphqlType(field: FieldDefinition) {
  if (field.kind !== 'choice') return field.scalar ?? scalars[field.kind]
  if (!field.enum) throw new Error(`${field.name} has no choices.`)
  return field.enum
}

/** `clientId` → `client`. */
export const relationOf = (field: Pick<FieldDefinition, 'name'>) => field.name.replace(/Id$/, '')

/** One class for table and type: applies the fields of the class and of its ancestors to TypeORM and type-graphql. */
export function entity(
  table: string,
  description: string,
  options: {
    prefix: string
    permission: Permission | null
    historyPermission?: Permission
    hidden?: boolean
    part?: boolean
    visible?: EntityMetadata['visible']
    called?: EntityMetadata['called']
    search?: Findable
    merges?: string
    figuresOf?: readonly string[]
  },
): ClassDecorator {
  return target => {
    const type = target as unknown as ClassType<Row> // a class decorator is only told that it decorates a function
    const { name } = type
    const fields = ancestry(type).flatMap(ancestor => fieldsByClass.get(ancestor) ?? [])
    Entity({ name: table })(type)
    if (!options.hidden)
      ObjectType(name, { description, simpleResolvers: true, implements: options.part ? [] : [Node] })(type)
    for (const field of fields) {
      const { nullable: _, ...column } = field.column
      if (column.primary) PrimaryColumn({ ...column, name: snake(field.name) })(type.prototype, field.name)
      else Column({ ...field.column, name: snake(field.name) })(type.prototype, field.name)
      if (field.kind === 'reference' && field.target) {
        ForeignKey(field.target, {
          name: `fk_${table}_${snake(field.name)}`,
          onDelete: 'RESTRICT',
          onUpdate: 'RESTRICT',
        })(type.prototype, field.name)
      }
      if (options.hidden || field.hidden) continue
      const { nullable, description: says } = field
      Field(() => graphqlType(field), { nullable, description: says })(type.prototype, field.name)
      if (field.kind === 'reference' && typeof field.target === 'function') {
        Field(field.target, { nullable, description: says })(type.prototype, relationOf(field))
      }
    }
    const {
      prefix,
      permission,
      historyPermission = permission,
      hidden = false,
      part = false,
      visible,
      called,
      search,
      merges,
      figuresOf,
    } = options
    const record: EntityMetadata = {
      type,
      name,
      table,
      prefix,
      description,
      permission,
      historyPermission,
      fields,
      hidden,
      part,
      visible,
      called,
      search,
      merges,
      figuresOf,
    }
    metadataByClass.set(type, record)
    if (metadataByIdPrefix.has(prefix)) throw new Error(`Two records have the id prefix ${prefix}.`)
    metadataByIdPrefix.set(prefix, record)
  }
}

/** A named index; `unique` ones give the error that a caller reads when the value is taken. */
export function index(columns: string[], taken?: { code: string; message: string; field: string }): ClassDecorator {
  return target => {
    // The table's name is known only when @entity ran, which decorators below it do first: the class name serves.
    const name = `${taken ? 'uq' : 'ix'}_${snake(target.name)}_${columns
      .filter(column => column !== 'organizationId')
      .map(snake)
      .join('_')}`.slice(0, 64)
    Index(name, columns, { unique: Boolean(taken) })(target)
    if (taken) uniques.push({ name, target, columns, ...taken })
  }
}

const uniques: { name: string; target: object; columns: string[]; code: string; message: string; field: string }[] = []

/** What no two rows of a record may share. */
export const uniquesOf = (type: object) => uniques.filter(({ target }) => target === type)

/** The caller's error for a unique index that refused a row; undefined when the failure is another one. */
export function takenError(message: string): UserError | undefined {
  const found = uniques.find(unique => {
    const record = metadataByClass.get(unique.target)
    if (!record) return false
    const columns = unique.columns.map(column => `${record.table}.${snake(column)}`).join(', ')
    return (
      message.includes(`'${unique.name}'`) ||
      message.includes(`'${record.table}.${unique.name}'`) ||
      message.endsWith(`failed: ${columns}`)
    )
  })
  return found && new UserError(found.code, found.message, found.field)
}

export function metadataOf(type: object): EntityMetadata {
  const record = metadataByClass.get(type)
  if (!record) throw new Error(`${(type as { name?: string }).name ?? 'This'} is not a record: it lacks @entity.`) // usually a class
  return record
}

export const metadataByPrefix = (prefix: string | undefined) =>
  prefix === undefined ? undefined : metadataByIdPrefix.get(prefix)
export const entities = () => [...metadataByClass.values()]
export const entityClasses = () => [...metadataByClass.keys()] as ClassType<Row>[] // the map's keys are the classes @entity decorated

/** How the schema calls a kind of record that is searched. */
export const searchKind = ({ name }: EntityMetadata) => snake(name).toUpperCase()

export const snake = (name: string) => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`).replace(/^_/, '')

function ancestry(type: object): object[] {
  const parent: unknown = Object.getPrototypeOf(type)
  return typeof parent === 'function' && parent !== Function.prototype ? [...ancestry(parent), type] : [type]
}
