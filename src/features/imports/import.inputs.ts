import { Field, ID, InputType, Int } from 'type-graphql'
import { RecordVersion } from '../../graphql/record-input.js'
import { type FileUpload, Upload } from '../../graphql/upload.js'
import { choices } from '../../model/choices.js'
import { TableEncoding } from './import-column.js'
import { ImportKind } from './registry.js'

export const Delimiter = choices('TableDelimiter', 'The character between the cells of a CSV file.', {
  COMMA: 'A comma.',
  SEMICOLON: 'A semicolon.',
  TAB: 'A tab.',
})
export type Delimiter = keyof typeof Delimiter

@InputType({ description: 'How a spreadsheet is to be read; what is left out is recognised.' })
export abstract class TableReading {
  @Field(() => TableEncoding, { nullable: true, description: 'How the letters of a CSV file are stored.' })
  encoding?: keyof typeof TableEncoding | null

  @Field(() => Delimiter, { nullable: true, description: 'The character between the cells of a CSV file.' })
  delimiter?: Delimiter | null

  @Field(() => String, { nullable: true, description: 'The sheet of a workbook.' })
  sheet?: string | null

  @Field(() => Int, { nullable: true, description: 'The row that holds the headers, from 1.' })
  headerRow?: number | null
}

@InputType({ description: 'A spreadsheet to import.' })
export class CreateImportInput extends TableReading {
  @Field(() => ImportKind, { description: 'The kind of record that its rows are.' })
  kind: ImportKind

  @Field(() => Upload, { description: 'The file: CSV or XLSX.' })
  file: Promise<FileUpload>

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@InputType({
  description: 'Where the cells of a column go; a column that feeds several fields is given once for each.',
})
export class ImportColumnInput {
  @Field(() => Int, { description: 'The place of the column in the sheet, from 1.' })
  place: number

  @Field(() => String, { nullable: true, description: 'The field, one of `importFields`; null leaves the column out.' })
  field?: string | null
}

@InputType({ description: 'Which import to plan, and how.' })
export class PlanImportInput extends TableReading {
  @Field(() => ID, { description: 'The id of the import.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number

  @Field(() => [ImportColumnInput], {
    nullable: true,
    description: 'The columns that are to go to another field than the recognised one; the others stay.',
  })
  columns?: ImportColumnInput[] | null

  @Field(() => ID, {
    nullable: true,
    description: 'A kept mapping: its fields go before what was recognised, and `columns` before both.',
  })
  mappingId?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether a blank cell clears the value of an existing record, where that may be empty; default false.',
  })
  clearBlanks?: boolean | null

  @Field(() => String, { nullable: true, description: 'A text that counts as a blank cell, such as NULL.' })
  emptyText?: string | null
}

@InputType({ description: 'Which plan to write.' })
export class CommitImportInput extends RecordVersion {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether to write the rows without error and leave out the others; otherwise a plan with errors is ' +
      'refused. Default false.',
  })
  skipErrors?: boolean | null
}

@InputType({ description: 'Which columns of an import to keep under a name.' })
export class KeepImportMappingInput {
  @Field(() => ID, { description: 'The import whose columns are kept.' })
  importId: string

  @Field(() => String, { description: 'The name; a mapping of the same kind and name is replaced.' })
  name: string
}
