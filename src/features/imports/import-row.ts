import { Field } from 'type-graphql'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { choice, integer, json, reference, text } from '../../model/field.js'
import { index } from '../../model/unique.js'
import { PartRow } from '../../model/row.js'
import { ImportChange, ImportIssue } from './import-issue.js'
import { ImportPlan } from './import-plan.js'

export const ImportAction = choices('ImportAction', 'The action that committing takes on a row.', {
  CREATE: 'Make a new record.',
  UPDATE: 'Change the record it matches.',
  SKIP: 'Nothing: the record it matches has all its values already.',
  ERROR: 'Nothing: something is wrong with the row; `issues` says what.',
})
export type ImportAction = keyof typeof ImportAction

@entity('import_rows', 'A row of a spreadsheet, and what committing does with it.', {
  prefix: 'imr',
  permission: 'import',
  part: true,
})
@index(['organizationId', 'planId', 'number', 'id'])
@index(['organizationId', 'planId', 'action', 'number', 'id'])
export class ImportRow extends PartRow {
  @reference(() => ImportPlan, 'The import it belongs to.', { hidden: true })
  planId: string

  @integer('The row in the sheet, the first being 1.')
  number: number

  @choice(ImportAction, 'The action that committing takes on it.')
  action: ImportAction

  @text('The name of the record, such as its legal name; null where the row has none.', { nullable: true })
  title: string | null

  @text('The id of the record that it matches; null where it makes one or is wrong.', { nullable: true, max: 32 })
  recordId: string | null

  @integer('The version of that record which it was compared with.', { nullable: true, hidden: true })
  recordVersion: number | null

  @json('The values that it would write.', { hidden: true })
  storedValues: Record<string, unknown>

  @json('Its changes.', { hidden: true })
  storedChanges: ImportChange[]

  @json('Its issues.', { hidden: true })
  storedIssues: ImportIssue[]

  @Field(() => [ImportChange], { description: 'The fields that it would change; of a new record all that it has.' })
  get changes(): ImportChange[] {
    return this.storedChanges
  }

  @Field(() => [ImportIssue], { description: 'The errors and warnings of the row, errors first.' })
  get issues(): ImportIssue[] {
    return this.storedIssues
  }
}

/** The values that a commit wrote of one record, from which it can be undone. */
@entity('import_writes', 'The values that a commit wrote of one record.', {
  prefix: 'imw',
  permission: 'import',
  part: true,
  hidden: true,
})
@index(['organizationId', 'planId', 'id'])
export class ImportWrite extends PartRow {
  @reference(() => ImportPlan, 'The import it belongs to.', { hidden: true })
  planId: string

  @text('The kind of record.', { max: 40 })
  recordType: string

  @text('Its id.', { max: 32 })
  recordId: string

  @integer('The version that the commit left it at.')
  recordVersion: number

  @json('The values that it changed, as they were before; null where it made the record.', { nullable: true })
  before: Record<string, unknown> | null
}
