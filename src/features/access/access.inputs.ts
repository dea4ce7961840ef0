import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { EmailAddress, Instant } from '../../model/scalars.js'
import { UserErrorType } from '../../graphql/payload.js'
import { ApiKey } from './api-key.js'

@InputType({ description: 'A new API key.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'The purpose of the key.' })
  name: string

  @Field(() => [String], {
    description: 'The scopes of the key, such as `clients:read`; it can hold only those of the key that makes it.',
  })
  scopes: string[]

  @Field(() => Instant, {
    nullable: true,
    description:
      'When it stops working; never, if left out. ' +
      'It must not outlive the key that makes it: where that key expires, this is required.',
  })
  expiresAt?: Date | null
}

@ObjectType({ description: 'A new key with its secret.', simpleResolvers: true })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key; null when it was refused.' })
  apiKey: ApiKey | null

  @Field(() => String, {
    nullable: true,
    description: 'The secret, shown this once: send it as `Authorization: Bearer …`.',
  })
  secret: string | null

  @Field(() => [UserErrorType], { description: 'Empty when the key was made.' })
  userErrors: UserErrorType[]
}

@InputType({ description: 'A new person of the organisation.' })
export class CreateUserInput {
  @Field(() => String, { description: 'Full name.' })
  name: string

  @Field(() => EmailAddress, { description: 'E-mail address; unique in the organisation.' })
  email: string

  @Field(() => String, { nullable: true, description: "The record's id in the system it came from." })
  externalId?: string | null
}

@InputType({ description: 'The changes to a person. A field that is left out stays.' })
export class UpdateUserInput {
  @Field(() => ID, { description: 'The id of the user.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => String, { nullable: true, description: 'Full name.' })
  name?: string

  @Field(() => EmailAddress, { nullable: true, description: 'E-mail address; unique in the organisation.' })
  email?: string

  @Field(() => String, { nullable: true, description: "The record's id in the system it came from; null clears it." })
  externalId?: string | null
}
