import { snapshot, type Snapshot } from '../../database/effects/snapshot.js'
import { UserError } from '../../lib/user-error.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { longestNotes, mostTags, Client } from '../clients/index.js'
import { mergeFields, type Choice, type MergeableField, type MergeSide } from './merge-field.js'
import { restored } from './kept-value.js'

/** The values that the winner takes, by column: its own before and the one it gets, both as history tells them. */
export type Taken = Record<string, [before: unknown, after: unknown]>

const tagsOfBoth = (winner: Client, loser: Client) => [...new Set([...winner.tags, ...loser.tags])].sort()
const notesOfBoth = (winner: Client, loser: Client) =>
  [winner.notes, loser.notes].filter(notes => notes !== null).join('\n\n') || null

/** The fields of which both clients can give something, and how that becomes one value. */
const united: Readonly<Record<string, (winner: Client, loser: Client) => unknown>> = {
  TAGS: tagsOfBoth,
  NOTES: notesOfBoth,
}

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0)

/**
 * The client whose value is taken where nobody chooses: both for tags and notes, else the winner, unless it has none.
 */
export const sideOf = (field: MergeableField, winner: Client, loser: Client): MergeSide =>
  usualSide(field, snapshot(winner), snapshot(loser))

function usualSide({ name, columns }: MergeableField, winner: Snapshot, loser: Snapshot): MergeSide {
  const each = columns.map(column => [winner[column.name], loser[column.name]] as const)
  if (each.every(([, its]) => isEmpty(its)) || each.every(([own, its]) => isSame(own, its))) return 'WINNER'
  if (each.every(([own]) => isEmpty(own))) return 'LOSER'
  return united[name] ? 'BOTH' : 'WINNER'
}

export function takenBy(winner: Client, loser: Client, choices: readonly Choice[]): Taken {
  const chosen = new Map(choices.map(({ field, from }) => [field, from]))
  if (chosen.size < choices.length)
    throw new UserError('FIELD_TWICE', 'Each field can be chosen only once; leave one choice out.', 'take')
  const [own, its] = [snapshot(winner), snapshot(loser)]
  const taken: Taken = {}
  for (const field of mergeFields) {
    const side = chosen.get(field.name) ?? usualSide(field, own, its)
    if (side === 'WINNER') continue
    const both = side === 'BOTH' ? bothOf(field, winner, loser) : undefined
    for (const { name } of field.columns) {
      const after = side === 'BOTH' ? both : its[name]
      if (!isSame(own[name], after)) taken[name] = [own[name], after]
    }
  }
  return taken
}

function bothOf({ name }: MergeableField, winner: Client, loser: Client): unknown {
  const unite = united[name]
  if (!unite)
    throw new UserError(
      'BOTH_INVALID',
      `A client has one ${name.toLowerCase().replaceAll('_', ' ')}: take it from the WINNER or from the LOSER. TAGS and NOTES can be taken from BOTH.`,
      'take',
    )
  return unite(winner, loser)
}

/** Gives a client the values of one side: `1` takes what a merge gave, `0` puts back what was there before. */
export function assignTaken(client: Client, taken: Taken, side: 0 | 1): Client {
  const values = Object.fromEntries(Object.entries(taken).map(([name, pair]) => [name, pair[side]]))
  return Object.assign(client, restored(metadataOf(Client), values, { ...snapshot(client), ...values }))
}

/** The winner as it will be. */
export const wonBy = (winner: Client, taken: Taken): Client =>
  assignTaken(Object.assign(new Client(), winner), taken, 1)

/** Why the tags or notes of both do not fit into one client. */
export function tooMuchOf(winner: Client, loser: Client, choices: readonly Choice[]): UserError[] {
  const isOfBoth = (name: string) => {
    const field = mergeFields.find(each => each.name === name)
    const from = choices.find(choice => choice.field === name)?.from
    return (from ?? (field && sideOf(field, winner, loser))) === 'BOTH'
  }
  const [tags, notes] = [tagsOfBoth(winner, loser).length, notesOfBoth(winner, loser)?.length ?? 0]
  const errors: UserError[] = []
  if (isOfBoth('TAGS') && tags > mostTags)
    errors.push(
      new UserError(
        'TAGS_TOO_MANY',
        `Together they have ${tags} tags, and a client takes ${mostTags}: choose a side for TAGS in take, or remove some first.`,
        'take',
      ),
    )
  if (isOfBoth('NOTES') && notes > longestNotes)
    errors.push(
      new UserError(
        'NOTES_TOO_LONG',
        `Their notes have ${notes} characters together, and ${longestNotes} fit: choose a side for NOTES in take, or shorten them first.`,
        'take',
      ),
    )
  return errors
}
