import { instant, text, texts } from '../../model/field.js'
import { OrganizationRow } from '../../model/row.js'
import { permissionsOf, type KeyScope, type Permission } from '../../model/permission.js'
import { entity } from '../../model/entity.js'
import { index } from '../../model/unique.js'

@entity('api_keys', 'A key by which a program identifies itself. Its secret is shown once and never stored.', {
  prefix: 'key',
  permission: 'admin',
})
@index(['lookup'], { code: 'KEY_TAKEN', message: 'This key already exists; try again.', field: 'lookup' })
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another key has this external id.',
  field: 'externalId',
})
export class ApiKey extends OrganizationRow {
  @text('The purpose of the key, by which people know it.')
  name: string

  @text('The beginning of the secret, by which the key is found and recognised.', { max: 16 })
  lookup: string

  @text('SHA-256 of the secret, in hexadecimal.', { max: 64, hidden: true })
  hash: string

  @texts('The scopes that it holds, such as `clients:read`.')
  scopes: KeyScope[]

  @instant('When it stops working; null for never.', { nullable: true })
  expiresAt: Date | null

  @instant('When it was last used, to the minute.', { nullable: true })
  lastUsedAt: Date | null

  @instant('When it was revoked; null while it works.', { nullable: true })
  revokedAt: Date | null

  isValid(now: Date): boolean {
    return this.revokedAt === null && (this.expiresAt === null || this.expiresAt > now)
  }

  permissions(): ReadonlySet<Permission> {
    return permissionsOf(this.scopes)
  }
}
