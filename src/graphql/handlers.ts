import { isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { getMetadataStorage, type ClassType } from 'type-graphql'
import { classesOf } from './declared-fields.js'

type Source = Record<string, unknown>
type Resolve = GraphQLFieldResolver<unknown, unknown, Source>
type Storage = ReturnType<typeof getMetadataStorage>
type Operation = Storage['queries'][number]
type FieldResolver = Storage['fieldResolvers'][number]
type Parameter = NonNullable<Operation['params']>[number]
type Convert = (value: unknown) => unknown
type Method = (...values: unknown[]) => unknown

/** type-graphql knows classes as functions. */
const classOf = (target: unknown) => target as ClassType<Source> // it stands on classes only

/**
 * Replaces the resolvers that type-graphql made. Its own make an array, an object and often a promise at each call, to serve
 * middlewares, validation and roles, which this API does not have. These call the method at once with what it takes.
 */
export function setHandlers(schema: GraphQLSchema) {
  const { queries, mutations, fieldResolvers, objectTypes } = getMetadataStorage()
  const make = new Handlers()
  for (const [type, operations] of [
    [schema.getQueryType(), queries],
    [schema.getMutationType(), mutations],
  ] as const)
    for (const operation of operations) {
      const field = type?.getFields()[operation.schemaName]
      if (field) field.resolve = make.ofMethod(operation)
    }
  for (const type of Object.values(schema.getTypeMap())) {
    const object = isObjectType(type) && objectTypes.find(({ name }) => name === type.name)
    if (!object) continue
    const classes = [...classesOf(object.target), ...(object.interfaceClasses ?? [])]
    for (const field of Object.values(type.getFields())) {
      if (!field.resolve) continue
      const resolver = classes
        .map(each =>
          fieldResolvers.find(
            ({ schemaName, getObjectType }) => schemaName === field.name && getObjectType?.() === each,
          ),
        )
        .find(found => found !== undefined)
      if (!resolver) throw new Error(`${type.name}.${field.name} has a resolver that no class declares.`)
      field.resolve = resolver.kind === 'internal' ? make.ofRecord(resolver) : make.ofMethod(resolver)
    }
  }
}

class Handlers {
  private readonly instances = new Map<unknown, Source>()

  /** The method of a resolver class, of which there is one instance. */
  ofMethod(handler: Operation | FieldResolver): Resolve {
    const { target, methodName } = handler
    const instance = this.instances.get(target) ?? new (classOf(target))()
    this.instances.set(target, instance)
    const method = instance[methodName] as Method // what the decorator stands on
    const readers = readersOf(handler)
    return (source, args, context, info) =>
      method.apply(
        instance,
        readers.map(read => read(source, args, context, info)),
      )
  }

  /** The getter or method of a class of the schema itself. */
  ofRecord(handler: FieldResolver): Resolve {
    const { methodName } = handler
    const convert = instanceOf(classOf(handler.target))
    const readers = readersOf(handler)
    return (source, args, context, info) => {
      const record = convert(source) as Source // an instance of that class
      const value = record[methodName]
      if (typeof value !== 'function') return value
      const method = value as Method // what the decorator stands on
      return method.apply(
        record,
        readers.map(read => read(source, args, context, info)),
      )
    }
  }
}

/** One function for each parameter of a method, in their order; each returns what the parameter takes. */
function readersOf({ params = [], middlewares = [], roles, target, methodName }: Operation | FieldResolver): Resolve[] {
  if (middlewares.length > 0 || roles)
    throw new Error(`${target.name}.${methodName} has a middleware or roles; check in the door instead.`)
  return [...params]
    .sort((one, other) => one.index - other.index)
    .map(parameter => readerOf(parameter, `${target.name}.${methodName}`))
}

function readerOf(parameter: Parameter, method: string): Resolve {
  switch (parameter.kind) {
    case 'context':
      if (parameter.propertyName) break
      return (_source, _args, context) => context
    case 'info':
      return (_source, _args, _context, info) => info
    case 'root': {
      if (parameter.propertyName) break
      const type = parameter.getType?.() // as TypeScript tells it to the decorator
      return type ? instanceOf(classOf(type)) : source => source
    }
    case 'arg': {
      const { name } = parameter
      const convert = inputOf(parameter.getType())
      return (_source, args) => convert(args[name])
    }
    case 'args': {
      const convert = madeOf(classOf(parameter.getType()), getMetadataStorage().argumentTypes)
      return (_source, args) => convert(args)
    }
    case 'custom':
    case 'pubSub':
  }
  throw new Error(`${method} has a parameter of a kind that graphql/handlers.ts does not know; take the whole of it.`)
}

/** Returns the result of a resolver above, as an instance of its class where it is a plain object. */
const instanceOf =
  (type: ClassType<Source>): Convert =>
  value =>
    value === null || value === undefined || value instanceof type
      ? value
      : (Object.setPrototypeOf({ ...value }, type.prototype) as object) // it returns what it is given

const inputs = new Map<unknown, Convert>()

/** Returns what makes a checked value of an input type, or a list of them, into instances of its class. Other types stay as they are. */
function inputOf(type: unknown): Convert {
  const { inputTypes } = getMetadataStorage()
  if (!inputTypes.some(({ target }) => target === type)) return value => value
  const known = inputs.get(type) ?? madeOf(classOf(type), inputTypes)
  inputs.set(type, known)
  return value => convertEach(value, known)
}

const convertEach = (value: unknown, convert: Convert): unknown =>
  value === null || value === undefined
    ? value
    : Array.isArray(value)
      ? value.map(item => convertEach(item, convert))
      : convert(value)

/** Returns what makes an object into an instance of a class, with the fields that the class and those above it declare. */
function madeOf(type: ClassType<Source>, declared: Storage['inputTypes']): Convert {
  let fields: Map<string, Convert> | undefined
  const fieldsOf = () => {
    const found = new Map<string, Convert>()
    for (const each of classesOf(type))
      for (const { name, getType } of declared.find(({ target }) => target === each)?.fields ?? [])
        if (!found.has(name)) found.set(name, inputOf(getType()))
    return found
  }
  return given => {
    fields ??= fieldsOf() // at the first call: a filter's own type is among its fields
    const source = given as Source // the schema checked it
    const made = new type()
    for (const [name, convert] of fields) {
      const value = source[name]
      if (value !== undefined) made[name] = convert(value)
    }
    return made
  }
}
