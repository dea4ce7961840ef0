import { Weight } from '../../database/effects/search-index.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'

/** The records of one kind that are in use, or its archived ones. */
export interface Shelf {
  kind: string
  archived: number
  /** Whether its records have names that count more than their other texts. */
  named: boolean
}

/** The part of a shelf where words are looked for: the names of its records, or all their texts. */
export interface Spot {
  shelf: Shelf
  place: 'names' | 'anywhere'
}

export const shelvesOf = ({ name: kind, search, fields }: EntityMetadata): Shelf[] => {
  const named = (search?.names ?? []).length > 0
  const archivable = fields.some(({ name }) => name === 'archivedAt')
  return (archivable ? [0, 1] : [0]).map(archived => ({ kind, archived, named }))
}

export const spotsOf = (shelf: Shelf): Spot[] => {
  const anywhere: Spot = { shelf, place: 'anywhere' }
  return shelf.named ? [anywhere, { shelf, place: 'names' }] : [anywhere]
}

export const keyOf = ({ shelf: { kind, archived }, place }: Spot) => `${kind} ${archived} ${place}`

/** The weights of the words that stand there. */
export function weightsOf({ shelf, place }: Spot): number[] {
  if (place === 'names') return [Weight.NAME]
  return shelf.named ? [Weight.NAME, Weight.OTHER] : [Weight.OTHER]
}
