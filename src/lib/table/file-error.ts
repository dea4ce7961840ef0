import { UserError } from '../user-error.js'
import { limits } from './limits.js'

const formatted = (value: number) => value.toLocaleString('en')

export const empty = () =>
  new UserError('FILE_EMPTY', 'The file is empty: choose one with a header row and a row for each record.')
export const notATable = () =>
  new UserError('FILE_NOT_A_TABLE', 'This is not a spreadsheet, whatever its name says: choose a CSV or XLSX file.')
export const oldType = (type: string) =>
  new UserError(
    'FILE_TYPE_OLD',
    `This is ${type}, which cannot be read: open it in a spreadsheet program and save it as XLSX.`,
  )
export const encrypted = () =>
  new UserError('FILE_ENCRYPTED', 'The file is protected by a password: save it without one.')
export const damaged = (problem: string, advice = 'open it in a spreadsheet program and save it again') =>
  new UserError('FILE_DAMAGED', `${problem}: ${advice}.`)

export const tooLarge = (problem: string, advice = 'split it into several files') =>
  new UserError('FILE_TOO_LARGE', `${problem}: ${advice}.`)
export const tooManyRows = () => tooLarge(`The table has more than ${formatted(limits.rows)} rows`)
export const tooManyColumns = (row: number) =>
  tooLarge(`Row ${row} reaches beyond column ${formatted(limits.columns)}`, 'delete what is not part of the table')
export const cellTooLong = (row: number) =>
  tooLarge(`Row ${row} has a cell of more than ${formatted(limits.cellCharacters)} characters`, 'shorten it')
export const rowTooLong = (row: number) =>
  tooLarge(`Row ${row} is longer than ${formatted(limits.rowCharacters)} characters`, 'shorten its cells')
export const tooMuchSharedText = () =>
  tooLarge('The file has more text than fits into memory', 'save it as CSV, or split it into several files')
