import { GraphQLError } from 'graphql'
import { Arg, Ctx, Extensions, FieldResolver, ID, Mutation, Query, type ClassType } from 'type-graphql'
import type { WriteScope } from '../database/scope/write-scope.js'
import { isId, prefixOf } from '../lib/id.js'
import { quoted } from '../lib/text.js'
import { RowErrors, UserError } from '../lib/user-error.js'
import type { Cost } from '../model/cost.js'
import { badInput, isUnavailable } from '../model/errors.js'
import type { Door } from './door.js'
import { addErrors, bulkPayloadField, bulkPayloadOf, payloadField, payloadOf } from './payload.js'
import type { Permission } from '../model/permission.js'
import { metadataByPrefix } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

type ReturnType = () => ClassType | ClassType[] | object
type Method = (...args: never[]) => unknown

interface Options {
  nullable?: boolean | 'items'
  /** The most records of a list that is no connection. */
  size?: number
  /** Its cost beyond that of every field and list (model/cost.ts). */
  cost?: Cost
  /** The properties that it needs of the record it belongs to; all unless given. */
  reads?: readonly string[]
  /** Whether it looks at records that other fields may return: these are then read whole, and once. */
  looksBeyond?: boolean
}

/**
 * A field of the Query type. The permission stands in the schema's extensions, where the rule in front of execution
 * reads it. The method still reads through the door.
 */
export function query(
  permission: Permission | readonly Permission[],
  type: ReturnType,
  description: string,
  { size, cost, looksBeyond, ...options }: Options = {},
) {
  return <T extends Method>(target: object, key: string, descriptor: TypedPropertyDescriptor<T>) => {
    Query(type as never, { description, ...options })(target, key, descriptor) // type-graphql's own ReturnTypeFunc
    Extensions({ permission, size, cost, looksBeyond })(target, key, descriptor)
  }
}

/** A field of a record that a later feature adds to it. */
export function extension(
  permission: Permission,
  type: ReturnType,
  description: string,
  { size, cost, reads, looksBeyond, ...options }: Options = {},
) {
  return <T extends Method>(target: object, key: string, descriptor: TypedPropertyDescriptor<T>) => {
    FieldResolver(type as never, { description, ...options })(target, key, descriptor) // type-graphql's own ReturnTypeFunc
    Extensions({ permission, size, cost, reads, looksBeyond })(target, key, descriptor)
  }
}

/**
 * Work done ahead of a transaction, which should not wait for it: its input, and how to undo it when the change is
 * refused.
 */
export interface Prepared {
  input: object
  discard: () => Promise<unknown>
}

interface ChangeOptions {
  /** Its cost beyond that of every change. */
  cost?: Cost
  /** Such as receiving the files of an upload; it refuses what the transaction would refuse, as far as it can. */
  prepare?: (input: never, context: never) => Promise<Prepared>
  /** Whether it writes so much that others should not wait for it (`Database.write`). */
  staged?: (input: never, context: never) => Promise<boolean>
}

/**
 * Declares a field of the Mutation type. It opens the door and runs the method with (input, scope) in its transaction.
 * It answers with the payload of the record that the method returns. Errors that a person can fix come back as
 * `userErrors`.
 */
export function mutation(
  permission: Permission | readonly Permission[],
  type: ClassType<Row>,
  description: string,
  options: ChangeOptions = {},
) {
  return <T extends (input: never, scope: WriteScope) => Promise<Row>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<T>,
  ) =>
    changing(
      permission,
      {
        Payload: payloadOf(type),
        payloadOf: record => ({ [payloadField(type)]: record }),
        refused: { [payloadField(type)]: null },
      },
      description,
      options,
      target,
      key,
      descriptor,
    )
}

/**
 * The same for a change of several records, all or none: the field of an error names the row, as in
 * `clients.3.version`.
 */
export function bulkMutation(
  permission: Permission,
  type: ClassType<Row>,
  description: string,
  options: ChangeOptions = {},
) {
  return <T extends (input: never, scope: WriteScope) => Promise<Row[]>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<T>,
  ) =>
    changing(
      permission,
      {
        Payload: bulkPayloadOf(type),
        payloadOf: records => ({ [bulkPayloadField(type)]: records }),
        refused: { [bulkPayloadField(type)]: null },
      },
      description,
      options,
      target,
      key,
      descriptor,
    )
}

/**
 * The same for a change that returns something other than one kind of record. Its method returns the fields of
 * `Payload`, which are `refused` when the change is refused.
 */
export function reportMutation<P extends object>(
  permission: Permission,
  Payload: ClassType<P>,
  description: string,
  refused: P,
  options: ChangeOptions = {},
) {
  addErrors(Payload)
  return <T extends (input: never, scope: WriteScope) => Promise<P>>(
    target: object,
    key: string,
    descriptor: TypedPropertyDescriptor<T>,
  ) =>
    changing(
      permission,
      { Payload, payloadOf: changed => changed as P, refused },
      description,
      options,
      target,
      key,
      descriptor,
    ) // what its method returns
}

interface MutationAnswer {
  Payload: ClassType
  payloadOf: (changed: unknown) => object
  refused: object
}

function changing<T extends (input: never, scope: WriteScope) => Promise<unknown>>(
  permission: Permission | readonly Permission[],
  { Payload, payloadOf: payloadOf, refused }: MutationAnswer,
  description: string,
  { prepare, staged, cost }: ChangeOptions,
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<T>,
) {
  const work = descriptor.value
  if (!work) throw new Error(`${key} is not a method.`)
  const through = async (input: object, context: Door) => {
    checkIds(input)
    context.allow(...[permission].flat())
    let prepared: Prepared | undefined
    try {
      prepared = prepare && (await context.untimed(() => prepare(input as never, context as never))) // the schema checked the input
      let warnings: WriteScope['warnings'] = []
      const changed = await context.mutate(
        permission,
        async scope => {
          warnings = scope.warnings
          return work.call(target, (await current(scope, prepared?.input ?? input)) as never, scope) // the schema checked the input
        },
        { staged: (await staged?.(input as never, context as never)) ?? false },
      ) // the schema checked the input
      return { ...payloadOf(changed), userErrors: [], warnings }
    } catch (error) {
      const errors = error instanceof RowErrors ? error.errors : error instanceof UserError ? [error] : undefined
      // After any other error, such as a connection lost while committing, the change may have been kept.
      if (errors || (error instanceof GraphQLError && !isUnavailable(error))) await prepared?.discard()
      if (!errors) throw error
      return {
        ...refused,
        userErrors: errors.map(({ code, message, field: at }) => ({ code, message, field: at ?? null })),
        warnings: [],
      }
    }
  }
  descriptor.value = through as unknown as T // the same name, called by type-graphql with (input, context)
  Mutation(() => Payload, { description })(target, key, descriptor)
  Extensions({ permission, cost })(target, key, descriptor)
}

/** The one argument of a mutation. */
export const input = (type: () => ClassType) =>
  Arg('input', type, { description: 'The values that the mutation takes.' })

/** Where a mutation's method gets its scope: type-graphql passes the context there, `mutation` opens it. */
export const writeScope = () => Ctx()

/** The argument of a query for one record. */
export const idArgument = (kind: string) => Arg('id', () => ID, { description: `The id of the ${kind}.` })

/**
 * Whether a field names a record of ours. Others may hold an id as well: what a cell of a spreadsheet says, for
 * instance.
 */
const isIdField = (name: string) => (name === 'id' || name.endsWith('Id')) && name !== 'externalId' && name !== 'taxId'

/** The ids that an input names, by the names of their fields. */
function idsIn(value: object): [name: string, id: string][] {
  return (Object.entries(value) as [string, unknown][]).flatMap(([name, given]) => {
    // an input of the schema
    if (typeof given === 'string') return isIdField(name) && isId(given) ? [[name, given] as [string, string]] : [] // a pair
    return typeof given === 'object' && given !== null ? idsIn(given) : []
  })
}

/**
 * Replaces the ids of merged records in an input by those of their successors: a document for a merged client is made
 * for its successor. Changing or merging such a record itself is refused, since the caller saw another record.
 */
async function current<T extends object>(scope: WriteScope, input: T): Promise<T> {
  const ids = idsIn(input)
    .map(([name, id]) => ({ name, id, record: metadataByPrefix(prefixOf(id)) }))
    .filter(({ record }) => record?.merges)
  const [first] = ids
  if (!first?.record) return input
  const successors = await scope.successors(first.record, [...new Set(ids.map(({ id }) => id))])
  if (successors.size === 0) return input
  const refused = ids.find(({ name, id }) => successors.has(id) && !['clientId', 'subjectId'].includes(name))
  if (refused)
    throw new UserError(
      'MERGED',
      `${refused.id} was merged into ${successors.get(refused.id)}; read that record, and change it instead.`,
      refused.name,
    )
  return {
    ...input,
    ...Object.fromEntries(Object.entries(input).map(([name, given]) => [name, successors.get(String(given)) ?? given])),
  }
}

/** Refuses a malformed id, wherever it stands in an input. */
function checkIds(value: object, path: readonly string[] = []) {
  for (const [name, given] of Object.entries(value) as [string, unknown][]) {
    // an input of the schema
    const at = [...path, name]
    if (Array.isArray(given))
      given.forEach((item: unknown, index) => {
        if (typeof item === 'object' && item !== null) checkIds(item, [...at, String(index)])
      })
    if (typeof given === 'string' && isIdField(name) && !/^[a-z]{2,4}_[0-9a-z]{26}$/.test(given)) {
      throw badInput(`${quoted(given)} is not an id of this API; check ${at.join('.')}.`)
    }
  }
}
