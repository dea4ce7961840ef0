import { Field, ObjectType } from 'type-graphql'
import { choices } from '../../model/choices.js'

@ObjectType('ImportChange', { description: 'A field that a row would change.', simpleResolvers: true })
export class ImportChange {
  @Field(() => String, { description: 'The field, one of `importFields`.' })
  field: string

  @Field(() => String, { nullable: true, description: 'The value that is there now; null where there is none.' })
  before: string | null

  @Field(() => String, { nullable: true, description: 'The value that the row would put there; null clears it.' })
  after: string | null
}

export const IssueLevel = choices('ImportIssueLevel', 'How much is wrong.', {
  ERROR: 'The row cannot be imported.',
  WARNING: 'The row is imported; somebody should have a look.',
})

@ObjectType('ImportIssue', { description: 'An error or a warning about a row.', simpleResolvers: true })
export class ImportIssue {
  @Field(() => IssueLevel, { description: 'Whether it keeps the row from being imported.' })
  level: keyof typeof IssueLevel

  @Field(() => String, { description: 'A stable code for programs, such as TAX_ID_CHECK_CHARACTER.' })
  code: string

  @Field(() => String, { description: 'A sentence that says what is wrong and what to do about it.' })
  message: string

  @Field(() => String, {
    nullable: true,
    description: 'The field it is about, one of `importFields`; null where it is about the whole row.',
  })
  field: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The header of the column that holds the value; null where no column does.',
  })
  column: string | null

  @Field(() => String, { nullable: true, description: 'The first 100 characters of the cell.' })
  value: string | null
}
