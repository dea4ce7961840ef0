import { choices } from '../../graphql/field.js'
import { UserError } from '../../lib/user-error.js'
import type { Client } from '../clients/index.js'

export const MergeField = choices('MergeField', 'What two clients that are merged may have each their own of.', {
  LEGAL_NAME: 'The name in law.',
  TRADE_NAME: 'The name it trades under.',
  TAX_ID: 'The tax id with its country.',
  ADDRESS: 'The postal address, as a whole.',
  EMAIL: 'The e-mail address of the business.',
  PHONE: 'The telephone.',
  WEBSITE: 'The web address.',
  CURRENCY: 'The currency of its documents.',
  PAYMENT_TERMS_DAYS: 'The days for payment.',
  TAGS: 'The labels.',
  NOTES: 'The notes for colleagues.',
  OWNER: 'The user who looks after it.',
  LANGUAGE: 'The language to write to it in.',
  EXTERNAL_ID: 'The id in the system it came from.',
})
export type MergeField = keyof typeof MergeField

export const MergeSide = choices('MergeSide', 'One of two clients that are merged.', {
  WINNER: 'The one that stays.',
  LOSER: 'The one that goes.',
})
export type MergeSide = keyof typeof MergeSide

export type Column = { [K in keyof Client]-?: Client[K] extends (...given: never[]) => unknown ? never : K }[keyof Client]

/** The properties that hold a field. */
export const columnsOf: Record<MergeField, readonly Column[]> = {
  LEGAL_NAME: ['legalName', 'legalNameFolded'],
  TRADE_NAME: ['tradeName'],
  TAX_ID: ['taxIdCountry', 'taxIdNumber'],
  ADDRESS: ['addressLine1', 'addressLine2', 'postalCode', 'city', 'region', 'country'],
  EMAIL: ['email'],
  PHONE: ['phone'],
  WEBSITE: ['website'],
  CURRENCY: ['currency'],
  PAYMENT_TERMS_DAYS: ['paymentTermsDays'],
  TAGS: ['tags'],
  NOTES: ['notes'],
  OWNER: ['ownerId'],
  LANGUAGE: ['language'],
  EXTERNAL_ID: ['externalId'],
}

export const mergeFields = Object.keys(columnsOf) as MergeField[] // its own keys

export interface Choice {
  field: MergeField
  from: MergeSide
}

const isEmpty = (client: Client, field: MergeField) => columnsOf[field].every(column => client[column] === null || (Array.isArray(client[column]) && client[column].length === 0))

/** Which of the two a field is taken from where nobody chooses: the one that stays, unless it has none. */
export const sideOf = (field: MergeField, winner: Client, loser: Client): MergeSide => (isEmpty(winner, field) && !isEmpty(loser, field) ? 'LOSER' : 'WINNER')

/** What the winner takes, by property: its own value and the one it gets. */
export function takenBy(winner: Client, loser: Client, choices: readonly Choice[]): Record<string, [before: unknown, after: unknown]> {
  const chosen = new Map(choices.map(({ field, from }) => [field, from]))
  if (chosen.size < choices.length) throw new UserError('FIELD_TWICE', 'Choose once for each field.', 'take')
  const columns = mergeFields.filter(field => (chosen.get(field) ?? sideOf(field, winner, loser)) === 'LOSER').flatMap(field => columnsOf[field])
  return Object.fromEntries(columns.filter(column => !isSame(winner[column], loser[column])).map(column => [column, [winner[column], loser[column]]]))
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
