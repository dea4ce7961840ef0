import { Field, Int, ObjectType } from 'type-graphql'
import { choices } from '../../model/choices.js'

export const TableFormat = choices('TableFormat', 'How a spreadsheet is stored.', {
  CSV: 'Text, one row a line.',
  XLSX: 'A workbook of Excel or what writes the same.',
})
export const TableEncoding = choices('TableEncoding', 'How the letters of a CSV file are stored.', {
  UTF_8: 'UTF-8.',
  UTF_16LE: 'UTF-16, little-endian.',
  UTF_16BE: 'UTF-16, big-endian.',
  WINDOWS_1252: 'Windows-1252, as Excel writes in Western Europe.',
  CP850: 'CP850, as old programs for DOS write.',
  MAC_ROMAN: 'Mac Roman, as Excel writes «CSV (Macintosh)».',
})

@ObjectType('ImportColumn', {
  description: 'A column of a spreadsheet, and the field that its cells go to.',
  simpleResolvers: true,
})
export class ImportColumn {
  @Field(() => Int, { description: 'Its place in the sheet, from 1.' })
  place: number

  @Field(() => String, { description: 'Its letters in a spreadsheet, such as A or AB.' })
  letters: string

  @Field(() => String, { description: 'The text of its header cell.' })
  header: string

  @Field(() => String, {
    nullable: true,
    description:
      'The field that its cells go to, one of `importFields`, the first where they go to several; null where the column is left out.',
  })
  field: string | null

  @Field(() => [String], {
    description:
      'All fields that its cells go to; empty where the column is left out. Several columns may go to a name, whose parts are joined.',
  })
  fields: string[]

  @Field(() => [String], { description: 'Its first cells below the header, at most 5.' })
  samples: string[]
}

/** A column as it is stored: `others` are the fields beside the first. */
export interface StoredColumn extends Omit<ImportColumn, 'fields'> {
  others?: string[]
}

/** The fields that the cells of a column go to. */
export const fieldsOf = ({ field, others = [] }: Pick<StoredColumn, 'field' | 'others'>): string[] =>
  field === null ? [] : [field, ...others]
