import { timingSafeEqual } from 'node:crypto'
import type { Access } from '../../model/access.js'
import type { Database } from '../../database/database.js'
import { shapeOf } from '../../database/select.js'
import { stored } from '../../database/session.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { unauthenticated } from '../../model/errors.js'
import { sha256 } from '../../lib/id.js'
import { lookupOf } from './access.commands.js'
import { ApiKey } from './api-key.js'
import { KeptKeys } from './kept-keys.js'

type Facts = [string, string, string, string, string, string]
const facts = 'o.id, o.name, o.country, o.base_currency, o.time_zone, o.language'
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
    const { columns, count, rowOf } = shapeOf(metadataOf(ApiKey))
    const [found] = await this.database.read.lists(
      `SELECT ${columns}, ${facts} FROM api_keys t JOIN organizations o ON o.id = t.organization_id WHERE t.lookup = ?`,
      [lookup],
    )
    if (!found) return undefined
    const key = rowOf(found) as ApiKey // its columns
    if (!timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) return undefined
    const [id, name, country, baseCurrency, timeZone, language] = found.slice(count).map(String) as Facts // `facts`
    const organization = { id, name, country, baseCurrency, timeZone, language }
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
      .write(session => session.run('UPDATE api_keys SET last_used_at = ? WHERE id = ?', [stored(now), key.id]), {
        party: key.organizationId,
      })
      .catch(() => this.uses.delete(key.id)) // the next request tries again
  }
}
