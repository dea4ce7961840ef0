import { getMetadataStorage, type ClassType } from 'type-graphql'

/** A field that a class of the schema, or a class above it, declares itself; resolvers may add others. */
export interface DeclaredField {
  name: string
  description: string
  /** A class, a scalar or an enum. */
  type: object
  nullable: boolean
}

/** In the order in which they were declared. */
export function declaredFields(type: ClassType): DeclaredField[] {
  const classes = classesOf(type)
  return getMetadataStorage()
    .fields.filter(({ target }) => classes.includes(target))
    .map(({ name, description = '', getType, typeOptions }) => ({
      name,
      description,
      type: getType() as object, // type-graphql types it as any of its own kinds
      nullable: typeOptions.nullable === true,
    }))
}

/** A class and those that it extends, itself first. */
export function classesOf(type: unknown): unknown[] {
  const found: unknown[] = []
  for (let each = type; typeof each === 'function' && each !== Function.prototype; each = Object.getPrototypeOf(each))
    found.push(each)
  return found
}
