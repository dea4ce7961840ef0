import { setTimeout as sleep } from 'node:timers/promises'
import type { ClassType } from 'type-graphql'
import type { FigureRows } from '../database/figure-rows.js'
import type { Running } from '../database/gathered.js'
import type { FieldDefinition, Row } from '../model/field-definition.js'
import type { RequestDoor } from './door.js'

/** The figures of a kind of record as they are kept for today, for lists that name them. */
export interface KeptFigures {
  /** The kept rows, with the doubt that one of the organisation does not hold; `order` is what orders the list. */
  rows: (request: RequestDoor, order?: FieldDefinition) => FigureRows
  /** Keeps those of the organisation that do not hold. */
  bringUpToDate: (own: RequestDoor, signal: AbortSignal) => Promise<void>
}

/** Filled by the feature that keeps them. */
export const keptFigures = new Map<ClassType<Row>, KeptFigures>()

/** How long lists wait for figures that are brought up to date, in milliseconds from when that began. */
const patience = 250

/** Whether the work ends while a list waits for it. */
export async function endsSoon({ since, done }: Running): Promise<boolean> {
  const left = since + patience - performance.now()
  return left > 0 && Promise.race([done.then(() => true), sleep(left, false, { ref: false })])
}
