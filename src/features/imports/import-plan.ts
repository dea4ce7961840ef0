import { Field, Int, ObjectType } from 'type-graphql'
import { ActorType } from '../../database/effects/activity-event.js'
import type { Access } from '../../model/access.js'
import { OrganizationRow, PartRow } from '../../model/row.js'
import { choice, flag, instant, integer, json, reference, text, texts } from '../../model/field.js'
import { Instant } from '../../model/scalars.js'
import type { Permission } from '../../model/permission.js'
import type { Encoding } from '../../lib/table/read.js'
import { UserError } from '../../lib/user-error.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const ImportKind = choices('ImportKind', 'What the rows of a spreadsheet are.', {
  CLIENT: 'A client in each row, with a contact where the row has one.',
  CONTACT: 'A contact in each row, of the client that its tax id or external id names.',
  PROJECT:
    'A project in each row. Of this kind and those that follow rows only make new records, known by their external ids when the file comes again, or by the ids that an export has.',
  TASK: 'A task in each row.',
  TIME_ENTRY: 'Time that a person worked on a project on a day in each row.',
  PURCHASE_ORDER: 'A line of an order in each row; rows that stand together and have one external id are one order.',
  INVOICE:
    'A line of an invoice or credit note in each row; rows that stand together and have one external id are one document. It keeps its number, outside our series.',
  PAYMENT: 'A payment in each row, and with an invoice what it settles of it.',
  ALLOCATION: 'What of a payment or a credit note settles an invoice from a day on, in each row.',
  DEAL: 'A deal in each row.',
  QUOTE:
    'A line of a quote in each row; rows that stand together and have one external id are one quote. It keeps its number, outside our series.',
  EXCHANGE_RATE: 'The rate of a currency on a day in each row; one that is there takes the new value.',
})
export type ImportKind = keyof typeof ImportKind

export const ImportState = choices('ImportState', 'Where an import is in its life.', {
  RECOGNISED: 'The file was read so far as to tell its columns; look at them, then plan.',
  PLANNING: 'Each row is being compared with what is there; `progress` tells how far.',
  READY: 'The plan stands; nothing has been written yet.',
  COMMITTED: 'All that was planned is written.',
  UNDONE: 'What was written is as it was before.',
  CANCELLED: 'Planning was stopped; plan again, or delete it.',
  FAILED: 'Planning could not go on; `problem` tells why. Plan again.',
})
export type ImportState = keyof typeof ImportState

export const ImportAction = choices('ImportAction', 'What committing does with a row.', {
  CREATE: 'Make a new record.',
  UPDATE: 'Change the record it matches.',
  SKIP: 'Nothing: the record it matches has all its values already.',
  ERROR: 'Nothing: something is wrong with the row; `issues` tell what.',
})
export type ImportAction = keyof typeof ImportAction

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

  @Field(() => String, { description: 'What its header cell says.' })
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

/** As it is kept: `others` are fields beside the first. */
export interface StoredColumn extends Omit<ImportColumn, 'fields'> {
  others?: string[]
}

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
    description: 'About how many there are, told by the size of the file; null where that says nothing, as in XLSX.',
  })
  about: number | null
}

function mayRead(plan: ImportPlan, held: ReadonlySet<Permission>): boolean {
  return held.has('clients:read') && held.has(readPermissions[plan.kind])
}

/** What seeing a plan needs beside `import` and `clients:read`: its rows show what the records hold, and name clients. */
export const readPermissions: Record<ImportKind, Permission> = {
  CLIENT: 'clients:read',
  CONTACT: 'clients:read',
  PROJECT: 'projects:read',
  TASK: 'projects:read',
  TIME_ENTRY: 'projects:read',
  PURCHASE_ORDER: 'orders:read',
  INVOICE: 'invoices:read',
  PAYMENT: 'invoices:read',
  ALLOCATION: 'invoices:read',
  DEAL: 'deals:read',
  QUOTE: 'deals:read',
  EXCHANGE_RATE: 'member',
}
export const writePermissions: Record<ImportKind, Permission> = {
  CLIENT: 'clients:write',
  CONTACT: 'clients:write',
  PROJECT: 'projects:write',
  TASK: 'projects:write',
  TIME_ENTRY: 'projects:write',
  PURCHASE_ORDER: 'orders:write',
  INVOICE: 'invoices:write',
  PAYMENT: 'invoices:write',
  ALLOCATION: 'invoices:write',
  DEAL: 'deals:write',
  QUOTE: 'deals:write',
  EXCHANGE_RATE: 'admin',
}

const daysKept = 7

@entity(
  'import_plans',
  'What an uploaded spreadsheet would change, row by row, before anything is written. Kept for a week.',
  { prefix: 'imp', permission: 'import', visible: mayRead, called: ({ fileName }: ImportPlan) => fileName },
)
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another import has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'updatedAt', 'id'])
export class ImportPlan extends OrganizationRow {
  @choice(ImportKind, 'What its rows are.')
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

  @text('What stands between the cells of a CSV file: a comma, a semicolon or a tab; null for XLSX.', {
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
    'Why planning could not go on, or what is to be said of the whole file, such as that its ids are of another organisation; and what to do. Null where nothing is.',
    { nullable: true, max: 1000, lines: true },
  )
  problem: string | null

  @instant('When all rows had been compared.', { nullable: true })
  plannedAt: Date | null

  @instant('When it was written.', { nullable: true })
  committedAt: Date | null

  @instant('When it was taken back.', { nullable: true })
  undoneAt: Date | null

  @choice(ActorType, 'What kind of actor uploaded it.', { inHistory: false })
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
      'Columns that are not imported, by what their headers say, else by their letters: no field is known by them, or another column names it better. Blank columns do not count.',
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
    description: 'What stands between the cells of a CSV file: COMMA, SEMICOLON or TAB; null for XLSX.',
  })
  get delimiterName(): string | null {
    return this.delimiter && { ',': 'COMMA', ';': 'SEMICOLON', '\t': 'TAB' }[this.delimiter]
  }

  /** Refuses what cannot be done in its state. */
  mustBe(states: readonly ImportState[], what: string) {
    if (!states.includes(this.state))
      throw new UserError('IMPORT_STATE', `This import is ${this.state}; ${what}.`, 'id')
  }

  isBy({ type, id }: Access['actor']): boolean {
    return this.authorType === type && this.authorId === id
  }
}

@ObjectType('ImportChange', { description: 'A field that a row would change.', simpleResolvers: true })
export class ImportChange {
  @Field(() => String, { description: 'The field, one of `importFields`.' })
  field: string

  @Field(() => String, { nullable: true, description: 'What is there now; null where nothing is.' })
  before: string | null

  @Field(() => String, { nullable: true, description: 'What the row would put there; null clears it.' })
  after: string | null
}

export const IssueLevel = choices('ImportIssueLevel', 'How much is wrong.', {
  ERROR: 'The row cannot be imported.',
  WARNING: 'The row is imported; somebody should have a look.',
})

@ObjectType('ImportIssue', { description: 'What is wrong or unusual about a row.', simpleResolvers: true })
export class ImportIssue {
  @Field(() => IssueLevel, { description: 'Whether it keeps the row from being imported.' })
  level: keyof typeof IssueLevel

  @Field(() => String, { description: 'A stable code for programs, such as TAX_ID_CHECK_CHARACTER.' })
  code: string

  @Field(() => String, { description: 'What is wrong and what to do about it.' })
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

  @Field(() => String, { nullable: true, description: 'What the cell says, its first 100 characters.' })
  value: string | null
}

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

  @choice(ImportAction, 'What committing does with it.')
  action: ImportAction

  @text('What people call the record, such as its legal name; null where the row has none.', { nullable: true })
  title: string | null

  @text('The id of the record that it matches; null where it makes one or is wrong.', { nullable: true, max: 32 })
  recordId: string | null

  @integer('The version of that record which it was compared with.', { nullable: true, hidden: true })
  recordVersion: number | null

  @json('What it would write.', { hidden: true })
  storedValues: Record<string, unknown>

  @json('Its changes.', { hidden: true })
  storedChanges: ImportChange[]

  @json('Its issues.', { hidden: true })
  storedIssues: ImportIssue[]

  @Field(() => [ImportChange], { description: 'The fields that it would change; of a new record all that it has.' })
  get changes(): ImportChange[] {
    return this.storedChanges
  }

  @Field(() => [ImportIssue], { description: 'What is wrong or unusual, errors first.' })
  get issues(): ImportIssue[] {
    return this.storedIssues
  }
}

/** What a commit wrote of one record, for undoing it. */
@entity('import_writes', 'What a commit wrote of one record.', {
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
