import { timingSafeEqual } from 'node:crypto'
import type { Access } from '../../model/access.js'
import type { Database } from '../../database/database.js'
import { unauthenticated } from '../../model/errors.js'
import { sha256 } from '../../lib/id.js'
import { Organization } from '../organizations/index.js'
import { lookupOf } from './access.commands.js'
import { ApiKey } from './api-key.js'
import { KeptKeys } from './kept-keys.js'

const useWrittenEvery = 60_000

/**
 * Finds out by a key who asks. This server refuses a revoked key at once, and one that another process revoked within a
 * second. It reads without a scope, since it finds the organisation.
 */
export class Authentication {
  private readonly keys: KeptKeys<{ key: ApiKey; access: Access }>
  private readonly uses = new Map<string, number>()

  constructor(
    private readonly database: Database,
    private readonly clock: () => Date,
    keyMilliseconds?: number,
  ) {
    this.keys = new KeptKeys(keyMilliseconds)
  }

  async accessOf(secret: string | undefined): Promise<Access> {
    if (!secret) throw unauthenticated('Send an API key as "Authorization: Bearer …" or "X-API-Key: …".')
    const found = await this.find(secret)
    if (!found) throw unauthenticated('This API key is not valid.')
    const { key, access } = found
    const now = this.clock()
    if (!key.isValid(now))
      throw unauthenticated(key.revokedAt ? 'This API key was revoked.' : 'This API key has expired.')
    this.noteUse(key, now)
    return access
  }

  private find(secret: string) {
    if (!/^ck_[0-9a-z]{20,80}$/.test(secret)) return undefined
    const hash = sha256(secret)
    return this.keys.find(hash, () => this.lookUp(lookupOf(secret), hash))
  }

  private async lookUp(lookup: string, hash: string) {
    const { entities, raw } = await this.database.read
      .createQueryBuilder(ApiKey, 'key')
      .innerJoin(Organization, 'organization', 'organization.id = key.organizationId')
      .addSelect(['id', 'name', 'country', 'baseCurrency', 'timeZone', 'language'].map(name => `organization.${name}`))
      .where('key.lookup = :lookup', { lookup })
      .getRawAndEntities<Record<string, string>>()
    const [key, row] = [entities[0], raw[0]]
    if (!key || !row || !timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) return undefined
    const field = (name: string) => String(row[`organization_${name}`])
    const organization = {
      id: field('id'),
      name: field('name'),
      country: field('country'),
      baseCurrency: field('base_currency'),
      timeZone: field('time_zone'),
      language: field('language'),
    }
    const access: Access = {
      organization,
      actor: { type: 'KEY', id: key.id, name: key.name },
      permissions: key.permissions(),
      until: key.expiresAt,
    }
    return { key, access }
  }

  /** Beside the request, at most once a minute for a key; what fails here must not fail the request. */
  private noteUse(key: ApiKey, now: Date) {
    const last = Math.max(this.uses.get(key.id) ?? 0, key.lastUsedAt?.getTime() ?? 0)
    if (now.getTime() - last < useWrittenEvery) return
    this.uses.set(key.id, now.getTime())
    void this.database
      .write(manager =>
        manager
          .createQueryBuilder()
          .update(ApiKey)
          .set({ lastUsedAt: now })
          .where('id = :id', { id: key.id })
          .execute(),
      )
      .catch(() => this.uses.delete(key.id)) // the next request tries again
  }
}
