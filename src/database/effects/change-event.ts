import { metadataOf } from '../../model/entity-metadata.js'
import { nameOf } from '../../model/record-name.js'
import type { Snapshot } from './snapshot.js'
import type { Row } from '../../model/field-definition.js'

/** A change of a record, as its event tells it. */
export interface ChangeEvent {
  /** Such as AUTHORISED; the event's kind is the record's name before it. */
  verb: string
  /** The day on which it counts. */
  on: string
  /** One word that the kind has instead of the record's name, such as NOTE in NOTE_WRITTEN. */
  noun?: string
  /** The subject of the event, where that is another record, such as the invoice of a note. */
  about?: Subject
  /** The client whose history has the event, where the record does not name that client. */
  clientId?: string
  /** Parts of the record that changed with it, such as its lines. */
  before?: Snapshot
  after?: Snapshot
}

/** The record that an event is about. */
export interface Subject {
  type: string
  id: string
  /** The name by which people know it; null where it is gone. */
  name: string | null
}

export const subjectOf = (row: Row): Subject => ({
  type: metadataOf(row.constructor).name,
  id: row.id,
  name: nameOf(row),
})
