import { metadataOf } from '../../model/entity-metadata.js'
import { nameOf } from '../../model/record-name.js'
import type { Snapshot } from './snapshot.js'
import type { Row } from '../../model/field-definition.js';

/** What a change was, beyond the record itself. */
export interface ChangeEvent {
  /** Such as AUTHORISED; the event's kind is the record's name before it. */
  verb: string
  /** The day on which it counts. */
  on: string
  /** One word that the kind has instead of the record's name, such as NOTE in NOTE_WRITTEN. */
  noun?: string
  /** What the record is about, where that is another one, such as the invoice of a note. */
  about?: Subject
  /** The client in whose history it is told, where the record does not name that one. */
  clientId?: string
  /** Parts of the record that changed with it, such as its lines. */
  before?: Snapshot
  after?: Snapshot
}

/** What an event is about. */
export interface Subject {
  type: string
  id: string
  /** What people call it; null where it is gone. */
  name: string | null
}

export const subjectOf = (row: Row): Subject => ({
  type: metadataOf(row.constructor).name,
  id: row.id,
  name: nameOf(row),
})
