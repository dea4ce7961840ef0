import { ActorType, mayRead } from '../../database/effects/activity-event.js'
import type { Actor } from '../../model/access.js'
import type { ChangeEvent, Subject } from '../../database/effects/change-event.js'
import { OrganizationRow } from '../../model/row.js'
import { choice, day, reference, text, texts } from '../../model/field.js'
import { cut } from '../../model/record-name.js'
import type { Day } from '../../lib/calendar.js'
import { Client } from '../clients/index.js'
import { choices } from '../../model/choices.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

export const InteractionKind = choices('InteractionKind', 'The kinds of interaction.', {
  NOTE: 'Something worth knowing.',
  CALL: 'A telephone call.',
  EMAIL: 'An e-mail, sent or received.',
  MEETING: 'A meeting, in person or on a screen.',
})
export type InteractionKind = keyof typeof InteractionKind

@entity(
  'interactions',
  'A note, or a call, an e-mail or a meeting, as somebody wrote it down about a client or one of its documents.',
  {
    prefix: 'int',
    permission: null,
    figures: false,
    visible: mayRead,
    called: ({ text }: Interaction) => cut(text.replace(/\s+/g, ' '), 80),
  },
)
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another interaction has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'happenedOn', 'id'])
@index(['organizationId', 'subjectId', 'happenedOn', 'id'])
@index(['organizationId', 'happenedOn', 'id'])
export class Interaction extends OrganizationRow {
  @reference(() => Client, 'The client it is about, itself or by one of its documents.')
  clientId: string

  @choice(InteractionKind, 'Its kind.')
  kind: InteractionKind

  @text(
    'The kind of record it is about, such as Client or Invoice; reading it needs the permission to read that one.',
    { max: 40, inHistory: false },
  )
  subjectType: string

  // No foreign key: it may lead to any kind of record, and outlives a draft.
  @text('The id of the record it is about, which may be deleted since.', { max: 32, inHistory: false })
  subjectId: string

  @day('The local day on which it happened.')
  happenedOn: Day

  @text('A heading.', { nullable: true })
  title: string | null

  @text('The text of what was said or is worth knowing, at most 10,000 characters.', { max: 10_000, lines: true })
  text: string

  @texts('The contacts of the client who took part, by id; some may be deleted since.')
  contactIds: string[]

  @choice(ActorType, 'The kind of actor that wrote it.', { inHistory: false })
  authorType: ActorType

  @text('The id of the key that wrote it; null for the command line.', { max: 32, nullable: true, inHistory: false })
  authorId: string | null

  @text('The name of the key that wrote it, as it was then.', { inHistory: false })
  authorName: string

  isBy({ type, id }: Actor): boolean {
    return this.authorType === type && this.authorId === id
  }

  /** The event of its making: NOTE_WRITTEN or CALL_LOGGED, about its subject, on its day. */
  written(about: Subject): ChangeEvent {
    return {
      noun: this.kind,
      verb: this.kind === InteractionKind.NOTE ? 'WRITTEN' : 'LOGGED',
      on: this.happenedOn,
      about,
    }
  }
}
