import { id, instant, integer, reference, text } from './field.js'
import type { Row } from './field-definition.js'

/** Columns that every record has. */
export abstract class RecordRow implements Row {
  @id('Opaque and global: a prefix that names the kind, then a UUIDv7 in base 32.')
  id: string

  @integer('Goes up by one with every change; send it back to change the record.')
  version: number

  @instant('When the record was made.')
  createdAt: Date

  @instant('When the record was last changed.')
  updatedAt: Date
}

/** A record of one organisation. Only a scope sets `organizationId`. */
export abstract class OrganizationRow extends RecordRow {
  @reference('Organization', 'The organisation that owns the row.', { hidden: true })
  organizationId: string

  @text("The record's id in the system it came from; unique in the organisation for each kind of record.", {
    nullable: true,
    max: 100,
  })
  externalId: string | null
}

/** A row that lives and dies with its document, such as a line. */
export abstract class PartRow implements Row {
  @id('Opaque and global: a prefix that names the kind, then a UUIDv7 in base 32.')
  id: string

  @reference('Organization', 'The organisation that owns the row.', { hidden: true })
  organizationId: string
}
