import { ActorType, mayRead } from '../../database/effects/activity-event.js'
import { OrganizationRow } from '../../model/row.js'
import { choice, integer, reference, text } from '../../model/field.js'
import { fold } from '../../lib/fold.js'
import { Client } from '../clients/index.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity('files', 'A file that is attached to a client or one of its documents.', {
  prefix: 'fil',
  permission: null,
  figures: false,
  visible: mayRead,
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another file has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'clientId', 'id'])
@index(['organizationId', 'subjectId', 'id'])
@index(['organizationId', 'nameFolded', 'id'])
@index(['organizationId', 'size', 'id'])
export class File extends OrganizationRow {
  @reference(() => Client, 'The client it is attached to, itself or by one of its documents.')
  clientId: string

  @text(
    'The kind of record it is attached to, such as Client or Invoice; reading it needs the permission to read that one.',
    { max: 40, inHistory: false },
  )
  subjectType: string

  // No foreign key: it may lead to any kind of record, and outlives a draft.
  @text('The id of the record it is attached to, which may be deleted since.', { max: 32, inHistory: false })
  subjectId: string

  @text('Its name, with the ending; several files may have the same name.', { folded: 'nameFolded' })
  name: string

  @text('The name without case and accents, for sorting.', { max: 400, hidden: true })
  nameFolded: string

  @text(
    'Its content type, such as application/pdf, read from its bytes; the content type it was sent with does not count.',
    {
      max: 127,
    },
  )
  contentType: string

  @integer('How many bytes it has.')
  size: number

  @text('The SHA-256 of its bytes, in hexadecimal.', { max: 64 })
  sha256: string

  @text('Where its bytes are stored.', { max: 100, hidden: true })
  blobKey: string

  @choice(ActorType, 'The kind of actor that uploaded it.', { inHistory: false })
  uploaderType: ActorType

  @text('The id of the key that uploaded it; null for the command line.', { max: 32, nullable: true, inHistory: false })
  uploaderId: string | null

  @text('The name of the key that uploaded it, as it was then.', { inHistory: false })
  uploaderName: string

  setName(name: string) {
    this.name = name
    this.nameFolded = fold(name)
  }
}
