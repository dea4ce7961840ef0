import { Field, Int, ObjectType } from 'type-graphql'
import { ActorType } from '../../database/effects/activity-event.js'
import type { Access } from '../../model/access.js'
import { OrganizationRow } from '../../model/row.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { choice, flag, instant, integer, json, text, texts } from '../../model/field.js'
import { index } from '../../model/unique.js'
import { Instant } from '../../model/scalars.js'
import type { Permission } from '../../model/permission.js'
import type { Encoding } from '../../lib/table/read.js'
import { UserError } from '../../lib/user-error.js'
import { ImportColumn, TableEncoding, TableFormat, type StoredColumn } from './import-column.js'
import { ImportKind, toReadPlansOf } from './registry.js'

export const ImportState = choices('ImportState', 'Where an import is in its life.', {
  RECOGNISED: 'The columns of the file are known; look at them, then plan.',
  PLANNING: 'Each row is being compared with what is there; `progress` says how far.',
  READY: 'The plan stands; nothing has been written yet.',
  COMMITTED: 'All that was planned is written.',
  UNDONE: 'Every record that it wrote is as it was before.',
  CANCELLED: 'Planning was stopped; plan again, or delete it.',
  FAILED: 'Planning could not go on; `problem` says why. Plan again.',
})
export type ImportState = keyof typeof ImportState

@ObjectType('ImportTotals', {
  description: 'How many rows a plan has, by what becomes of them.',
  simpleResolvers: true,
})
export class ImportTotals {
  @Field(() => Int, { description: 'Rows that make a record.' })
  create: number

  @Field(() => Int, { description: 'Rows that change a record.' })
  update: number

  @Field(() => Int, { description: 'Rows whose record has all their values already.' })
  skip: number

  @Field(() => Int, { description: 'Rows that are wrong.' })
  error: number

  @Field(() => Int, { description: 'Rows with a warning, whatever becomes of them but an error.' })
  warning: number
}

@ObjectType('ImportProgress', { description: 'How far planning is.', simpleResolvers: true })
export class ImportProgress {
  @Field(() => Int, { description: 'Rows compared so far.' })
  rows: number

  @Field(() => Int, {
    nullable: true,
    description: 'About how many there are, judged by the size of the file. Null for XLSX, whose size says nothing.',
  })
  about: number | null
}

/** Its rows show the values of records, so reading them needs the permission to read these. */
const mayRead = ({ kind }: ImportPlan, held: ReadonlySet<Permission>): boolean =>
  toReadPlansOf(kind).every(permission => held.has(permission))

const daysKept = 7

@entity(
  'import_plans',
  'The changes that an uploaded spreadsheet would make, row by row, before anything is written. Kept for a week.',
  { prefix: 'imp', permission: 'import', visible: mayRead, called: ({ fileName }: ImportPlan) => fileName },
)
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another import has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'updatedAt', 'id'])
export class ImportPlan extends OrganizationRow {
  @choice(ImportKind, 'The kind of record that its rows are.')
  kind: ImportKind

  @choice(ImportState, 'Where it is in its life.')
  state: ImportState

  @text('Name of the file, as it was uploaded.')
  fileName: string

  @text('Where the file is kept.', { hidden: true })
  blobKey: string

  @integer('Bytes of the file.')
  fileSize: number

  @text('The SHA-256 of the file, in hexadecimal.', { hidden: true, max: 64 })
  fileSha256: string

  @choice(TableFormat, 'How the spreadsheet is stored.')
  format: 'CSV' | 'XLSX'

  @choice(TableEncoding, 'How the letters of a CSV file are stored; null for XLSX.', { nullable: true })
  encoding: Encoding | null

  @text('The character between the cells of a CSV file: a comma, a semicolon or a tab; null for XLSX.', {
    nullable: true,
    max: 1,
    hidden: true,
    exact: true,
  })
  delimiter: ',' | ';' | '\t' | null

  @text('The sheet of a workbook that is read; null for CSV.', { nullable: true, exact: true })
  sheet: string | null

  @texts('The sheets of a workbook, visible ones first; empty for CSV.', { exact: true })
  sheets: string[]

  @integer('The row that holds the headers, from 1; the rows below it are imported.')
  headerRow: number

  @json('Its columns.', { hidden: true })
  storedColumns: StoredColumn[]

  @flag('Whether a blank cell clears the value of an existing record, where that may be empty. Otherwise it leaves it.')
  clearBlanks: boolean

  @text('A text that counts as a blank cell, such as NULL; null where there is none.', { nullable: true, max: 50 })
  emptyText: string | null

  @integer('Rows compared so far.', { hidden: true })
  rowsRead: number

  @integer('About how many rows there are.', { nullable: true, hidden: true })
  rowsAbout: number | null

  @integer('Rows that make a record.', { hidden: true })
  createCount: number

  @integer('Rows that change a record.', { hidden: true })
  updateCount: number

  @integer('Rows without a change.', { hidden: true })
  skipCount: number

  @integer('Rows that are wrong.', { hidden: true })
  errorCount: number

  @integer('Rows with a warning.', { hidden: true })
  warningCount: number

  @text(
    'Why planning could not go on, or what is wrong with the whole file, such as ids of another organisation; ' +
      'and what to do. Null where nothing is wrong.',
    { nullable: true, max: 1000, lines: true },
  )
  problem: string | null

  @instant('When all rows had been compared.', { nullable: true })
  plannedAt: Date | null

  @instant('When it was written.', { nullable: true })
  committedAt: Date | null

  @instant('When it was taken back.', { nullable: true })
  undoneAt: Date | null

  @choice(ActorType, 'The kind of actor that uploaded it.', { inHistory: false })
  authorType: ActorType

  @text('The id of the key that uploaded it; null for the command line.', { max: 32, nullable: true, inHistory: false })
  authorId: string | null

  @text('The name of who uploaded it, as it was then.', { inHistory: false })
  authorName: string

  @Field(() => [ImportColumn], { description: 'The columns of the sheet in their order.' })
  get columns(): ImportColumn[] {
    return this.storedColumns.map(({ others = [], ...column }) => ({
      ...column,
      fields: column.field === null ? [] : [column.field, ...others],
    }))
  }

  @Field(() => [String], {
    description:
      'The columns that are not imported, by their headers, else by their letters. ' +
      'No field has such a header, or another column fits its field better. Blank columns do not count.',
  })
  get columnsLeftOut(): string[] {
    return this.storedColumns
      .filter(({ field, header, samples }) => field === null && [header, ...samples].some(text => text.trim() !== ''))
      .map(({ header, letters }) => header || letters)
  }

  @Field(() => ImportTotals, { nullable: true, description: 'How many rows it has; null until the plan stands.' })
  get totals(): ImportTotals | null {
    if (!this.plannedAt) return null
    return {
      create: this.createCount,
      update: this.updateCount,
      skip: this.skipCount,
      error: this.errorCount,
      warning: this.warningCount,
    }
  }

  @Field(() => ImportProgress, { description: 'How far planning is.' })
  get progress(): ImportProgress {
    return { rows: this.rowsRead, about: this.rowsAbout }
  }

  @Field(() => Instant, {
    description: 'When the plan, its rows and the file are removed; it cannot be undone any more then.',
  })
  get expiresAt(): Date {
    return new Date(this.createdAt.getTime() + daysKept * 86_400_000)
  }

  @Field(() => String, {
    nullable: true,
    description: 'The character between the cells of a CSV file: COMMA, SEMICOLON or TAB; null for XLSX.',
  })
  get delimiterName(): string | null {
    return this.delimiter && { ',': 'COMMA', ';': 'SEMICOLON', '\t': 'TAB' }[this.delimiter]
  }

  /** Refuses an action that its state does not allow. */
  mustBe(states: readonly ImportState[], advice: string) {
    if (!states.includes(this.state))
      throw new UserError('IMPORT_STATE', `This import is ${this.state}; ${advice}.`, 'id')
  }

  isBy({ type, id }: Access['actor']): boolean {
    return this.authorType === type && this.authorId === id
  }
}
