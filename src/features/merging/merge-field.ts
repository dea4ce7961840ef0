import { UserError } from '../../lib/user-error.js'
import { longestNotes, mostTags, Client } from '../clients/index.js'
import { choices } from '../../model/choices.js'

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

export const MergeSide = choices('MergeSide', 'Of two clients that are merged, whose value it is.', {
  WINNER: 'That of the one that stays.',
  LOSER: 'That of the one that goes.',
  BOTH: 'Those of both, of TAGS and NOTES alone: the tags of either, and the notes joined, those of the one that stays first.',
})
export type MergeSide = keyof typeof MergeSide

export type Column = {
  [K in keyof Client]-?: Client[K] extends (...given: never[]) => unknown ? never : K
}[keyof Client]

/** The properties that hold a field. */
export const columnsOf: Record<MergeField, readonly Column[]> = {
  LEGAL_NAME: ['legalName'],
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

const isEmpty = (client: Client, field: MergeField) =>
  columnsOf[field].every(
    column => client[column] === null || (Array.isArray(client[column]) && client[column].length === 0),
  )

const tagsOfBoth = (winner: Client, loser: Client) => [...new Set([...winner.tags, ...loser.tags])].sort()
const notesOfBoth = (winner: Client, loser: Client) =>
  [winner.notes, loser.notes].filter(notes => notes !== null).join('\n\n') || null

/** Of what both can give something, how it becomes one. */
const united: Partial<Record<MergeField, (winner: Client, loser: Client) => unknown>> = {
  TAGS: tagsOfBoth,
  NOTES: notesOfBoth,
}

/** Which of the two a field is taken from where nobody chooses: of tags and notes both, else the one that stays, unless it has none. */
export function sideOf(field: MergeField, winner: Client, loser: Client): MergeSide {
  if (isEmpty(loser, field) || columnsOf[field].every(column => isSame(winner[column], loser[column]))) return 'WINNER'
  if (isEmpty(winner, field)) return 'LOSER'
  return united[field] ? 'BOTH' : 'WINNER'
}

/** What the winner takes, by property: its own value and the one it gets. */
export function takenBy(
  winner: Client,
  loser: Client,
  choices: readonly Choice[],
): Record<string, [before: unknown, after: unknown]> {
  const chosen = new Map(choices.map(({ field, from }) => [field, from]))
  if (chosen.size < choices.length) throw new UserError('FIELD_TWICE', 'Choose once for each field.', 'take')
  const values = mergeFields.flatMap(field =>
    valuesOf(field, chosen.get(field) ?? sideOf(field, winner, loser), winner, loser),
  )
  return Object.fromEntries(
    values
      .filter(([column, value]) => !isSame(winner[column], value))
      .map(([column, value]) => [column, [winner[column], value]]),
  )
}

/** The winner as it will be. */
export const wonBy = (winner: Client, taken: ReturnType<typeof takenBy>): Client =>
  Object.assign(
    new Client(),
    winner,
    Object.fromEntries(Object.entries(taken).map(([name, [, after]]) => [name, after])),
  )

function valuesOf(field: MergeField, side: MergeSide, winner: Client, loser: Client): [Column, unknown][] {
  if (side === 'WINNER') return []
  if (side === 'LOSER') return columnsOf[field].map(column => [column, loser[column]])
  const unite = united[field]
  if (!unite)
    throw new UserError(
      'BOTH_INVALID',
      `A client has one ${field.toLowerCase().replaceAll('_', ' ')}: take it from the WINNER or from the LOSER. TAGS and NOTES can be taken from BOTH.`,
      'take',
    )
  return columnsOf[field].map(column => [column, unite(winner, loser)])
}

/** Why the tags or notes of both do not fit into one client. */
export function tooMuchOf(winner: Client, loser: Client, choices: readonly Choice[]): UserError[] {
  const isOfBoth = (field: MergeField) =>
    (choices.find(choice => choice.field === field)?.from ?? sideOf(field, winner, loser)) === 'BOTH'
  const [tags, notes] = [tagsOfBoth(winner, loser).length, notesOfBoth(winner, loser)?.length ?? 0]
  return [
    ...(isOfBoth('TAGS') && tags > mostTags
      ? [
          new UserError(
            'TAGS_TOO_MANY',
            `Together they have ${tags} tags, and a client takes ${mostTags}: choose a side for TAGS in take, or remove some first.`,
            'take',
          ),
        ]
      : []),
    ...(isOfBoth('NOTES') && notes > longestNotes
      ? [
          new UserError(
            'NOTES_TOO_LONG',
            `Their notes have ${notes} characters together, and ${longestNotes} fit: choose a side for NOTES in take, or shorten them first.`,
            'take',
          ),
        ]
      : []),
  ]
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
