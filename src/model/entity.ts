import 'reflect-metadata'
import { Field, Int, ID, InterfaceType, ObjectType, type ClassType } from 'type-graphql'
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm'
import { snake } from '../lib/snake.js'
import { register, type EntityMetadata } from './entity-metadata.js'
import { ownFields } from './field.js'
import { relationOf, type FieldDefinition, type Row } from './field-definition.js'
import { Money } from './money.js'
import { CurrencyCode, Day as DateScalar, Decimal, Instant, Json } from './scalars.js'

@InterfaceType('Node', { description: 'Anything with a global id. Read any of them by `node(id)`.' })
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and global: a prefix that names the kind, then a UUIDv7 in base 32.' })
  id: string
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

type Options = Pick<EntityMetadata, 'prefix' | 'permission'> &
  Partial<
    Pick<
      EntityMetadata,
      | 'historyPermission'
      | 'hidden'
      | 'part'
      | 'visible'
      | 'called'
      | 'search'
      | 'merges'
      | 'figuresOf'
      | 'figures'
      | 'feed'
    >
  >

/** One class for table and type: applies the fields of the class and of its ancestors to TypeORM and type-graphql. */
export function entity(table: string, description: string, options: Options): ClassDecorator {
  return target => {
    const type = target as unknown as ClassType<Row> // a class decorator only knows that it decorates a function
    const { name } = type
    const fields = ancestry(type).flatMap(ancestor => ownFields(ancestor))
    const { permission, hidden = false, part = false, figures = true } = options
    Entity({ name: table })(type)
    for (const field of fields) addColumn(type, table, field)
    if (!hidden) {
      ObjectType(name, { description, simpleResolvers: true, implements: part ? [] : [Node] })(type)
      for (const field of fields) if (!field.hidden) addGraphqlField(type, field)
    }
    register({
      type,
      name,
      table,
      description,
      fields,
      ...options,
      hidden,
      part,
      figures,
      historyPermission: options.historyPermission ?? permission,
    })
  }
}

function addColumn({ prototype }: ClassType<Row>, table: string, { name, kind, target, column }: FieldDefinition) {
  const { nullable, ...primary } = column
  if (column.primary) PrimaryColumn({ ...primary, name: snake(name) })(prototype, name)
  else Column({ ...column, nullable, name: snake(name) })(prototype, name)
  if (kind !== 'reference' || !target) return
  const constraint = `fk_${table}_${snake(name)}`
  ForeignKey(target, { name: constraint, onDelete: 'RESTRICT', onUpdate: 'RESTRICT' })(prototype, name)
}

function addGraphqlField({ prototype }: ClassType<Row>, field: FieldDefinition) {
  const { name, kind, target, nullable, description } = field
  Field(() => graphqlType(field), { nullable, description })(prototype, name)
  if (kind === 'reference' && typeof target === 'function')
    Field(target, { nullable, description })(prototype, relationOf(field))
}

function ancestry(type: object): object[] {
  const parent: unknown = Object.getPrototypeOf(type)
  return typeof parent === 'function' && parent !== Function.prototype ? [...ancestry(parent), type] : [type]
}
