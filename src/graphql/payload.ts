import { Field, ObjectType, type ClassType } from 'type-graphql'
import { withArticle } from '../lib/article.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

@ObjectType('UserError', {
  description: 'The reason why a change was not made, for the person who can fix it.',
  simpleResolvers: true,
})
export class UserErrorType {
  @Field(() => String, { description: 'A stable code for programs, such as TAX_ID_TAKEN.' })
  code: string

  @Field(() => String, { description: 'A sentence that says what is wrong and what to do about it.' })
  message: string

  @Field(() => String, { nullable: true, description: 'The field of the input that it is about, where there is one.' })
  field: string | null
}

@ObjectType('Warning', { description: 'Something unusual about a change that was made.', simpleResolvers: true })
export class Warning extends UserErrorType {}

/** The same for several records: `clients`. */
export const bulkPayloadField = (type: ClassType<Row>) => `${payloadField(type)}s`

/** The type that a mutation on several records answers with. */
export function bulkPayloadOf(type: ClassType<Row>): ClassType {
  const field = bulkPayloadField(type)
  const known = payloads.get(field)
  if (known) return known
  const { name } = metadataOf(type)
  class Payload {}
  ObjectType(`${name}sPayload`, {
    description: `The result of a change to several ${name} records.`,
    simpleResolvers: true,
  })(Payload)
  Field(() => [type], {
    nullable: true,
    description: 'The records as they are now, in the order given; null when the change was refused.',
  })(Payload.prototype, field)
  Field(() => [UserErrorType], {
    description: `Empty when the change was made; otherwise nothing was written, and \`field\` names the rows that stand in its way, such as \`${field}.3.version\`.`,
  })(Payload.prototype, 'userErrors')
  Field(() => [Warning], {
    description: 'Warnings about a change that was made: it stands, but something about it is unusual.',
  })(Payload.prototype, 'warnings')
  payloads.set(field, Payload)
  return Payload
}

const payloads = new Map<ClassType<Row> | string, ClassType>()

/** `lowerFirst` of a record's name, under which payloads give it. */
export const payloadField = (type: ClassType<Row>) => {
  const { name } = metadataOf(type)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** The fields of every payload beside the records. */
export function addErrors(Payload: ClassType) {
  Field(() => [UserErrorType], { description: 'Empty when the change was made; otherwise nothing was written.' })(
    Payload.prototype,
    'userErrors',
  )
  Field(() => [Warning], {
    description: 'Warnings about a change that was made: it stands, but something about it is unusual.',
  })(Payload.prototype, 'warnings')
}

/** The type that a mutation on a record answers with. */
export function payloadOf(type: ClassType<Row>): ClassType {
  const known = payloads.get(type)
  if (known) return known
  const { name } = metadataOf(type)
  class Payload {}
  ObjectType(`${name}Payload`, {
    description: `The result of a change to ${withArticle(name)}.`,
    simpleResolvers: true,
  })(Payload)
  Field(() => type, {
    nullable: true,
    description: 'The record as it is now, or as it was before it was deleted; null when the change was refused.',
  })(Payload.prototype, payloadField(type))
  addErrors(Payload)
  payloads.set(type, Payload)
  return Payload
}
