import type DataLoader from 'dataloader'
import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import { withArticle } from '../lib/article.js'
import { groupBy } from '../lib/group.js'
import { isId, prefixOf } from '../lib/id.js'
import { quoted } from '../lib/text.js'
import type { Access } from '../model/access.js'
import { costs } from '../model/cost.js'
import { metadataByPrefix, metadataOf } from '../model/entity-metadata.js'
import { badInput } from '../model/errors.js'
import { refuseMissing } from '../database/scope/read-scope.js'
import { anyRecord } from '../graphql/reads.js'
import type { Permission } from '../model/permission.js'
import { nameOf } from '../model/record-name.js'
import { companions } from './companions.js'
import { RequestDoor } from './door.js'
import type { Row } from '../model/field-definition.js'

export type Entity = Row & ObjectLiteral

interface Asked {
  /** For code that looks at what the document may not ask for; else a record has what the document needs. */
  whole?: boolean
}

/** Records by their ids and by their parents, read together for all fields of a request that need them. */
export abstract class RequestLoaders extends RequestDoor {
  private readonly parts = new Map<ClassType<Entity>, readonly string[] | undefined>()

  /** The record of an id, read together with the others that the request needs. */
  async one<T extends Entity>(type: ClassType<T>, id: string, asked?: Asked): Promise<T> {
    return (await this.rowsOf(type, this.partOf(type, asked)).load(id)) ?? refuseMissing(metadataOf(type), id)
  }

  /** The record with this id, checked for its form; another organisation's is not found. */
  byId<T extends Entity>(type: ClassType<T>, id: string, asked?: Asked): Promise<T> {
    const record = metadataOf(type)
    if (!isId(id, record.prefix))
      throw badInput(
        `${quoted(id)} is not the id of ${withArticle(record.name)}; such an id begins with ${record.prefix}_.`,
      )
    return this.one(type, id, asked)
  }

  async node(id: string, asked?: Asked): Promise<Row | null> {
    if (!isId(id)) throw badInput(`${quoted(id)} is not an id of this API.`)
    const record = metadataByPrefix(prefixOf(id))
    if (!record || record.part) return null
    const type = record.type as ClassType<Entity> // a record's class is an entity
    return (await this.rowsOf(type, this.partOf(type, asked)).load(id)) ?? null
  }

  /** The name of the record of an id; null where the key can read no such record any more. */
  async nameOf(id: string): Promise<string | null> {
    const record = metadataByPrefix(prefixOf(id))
    if (!record || record.part || (record.permission && !this.access.permissions.has(record.permission))) return null
    const row = await this.rowsOf(record.type as ClassType<Entity>).load(id) // a record's class is an entity
    return row && nameOf(row)
  }

  /** The records of some ids, but for those that are gone. */
  async some<T extends Entity>(type: ClassType<T>, ids: readonly string[]): Promise<T[]> {
    this.allow(metadataOf(type).permission)
    const rows = await Promise.all(ids.map(id => this.rowsOf(type, this.partOf(type)).load(id)))
    return rows.filter(row => row !== null)
  }

  /** What is read beside the records of a kind, for what the document selects. */
  protected companionOf(type: ClassType<Entity>) {
    return companions.get(type)?.(this)
  }

  /** What the document needs of a record of this kind; undefined for everything. */
  private partOf(type: ClassType<Entity>, { whole = false }: Asked = {}): readonly string[] | undefined {
    if (whole) return undefined
    if (this.parts.has(type)) return this.parts.get(type)
    const { name, visible } = metadataOf(type)
    const needed = visible || this.reads?.has(anyRecord) ? undefined : this.reads?.get(name)
    const part = needed ? [...new Set(['id', ...needed])] : undefined
    this.parts.set(type, part)
    return part
  }

  private rowsOf<T extends Entity>(type: ClassType<T>, only?: readonly string[]): DataLoader<string, T | null> {
    const record = metadataOf(type)
    return this.loading.loader(`${only ? 'part of' : 'one'} ${record.name}`, ids =>
      this.readByKey(record.permission ?? 'member', async scope => {
        const beside = { companion: this.companionOf(type), only }
        const found = await scope.withIds(type, ids, beside)
        const known = new Set(found.map(({ id }) => id))
        const successors = await scope.successors(
          record,
          ids.filter(id => !known.has(id)),
        )
        const rows =
          successors.size === 0
            ? found
            : [...found, ...(await scope.withIds(type, [...new Set(successors.values())], beside))]
        const visible = record.visible as
          ((row: T, held: ReadonlySet<Permission>, actor: Access['actor']) => boolean) | undefined // made for rows of this record
        const byId = new Map(
          rows
            .filter(row => visible?.(row, this.access.permissions, this.access.actor) ?? true)
            .map(row => [row.id, row]),
        )
        return ids.map(id => byId.get(successors.get(id) ?? id) ?? null)
      }),
    )
  }

  /** The rows that belong to a record, such as the lines of an invoice; read for all parents at once. */
  many<T extends Entity>(
    type: ClassType<T>,
    by: keyof T & string,
    parent: string,
    permission: Permission,
  ): Promise<T[]> {
    return this.loading
      .loader<T[]>(`many ${metadataOf(type).name} ${by}`, parents =>
        this.read(permission, async scope => {
          const rows = await scope.list(type, { sql: `t.${by} IN (:...parents)`, parameters: { parents } })
          this.spend(rows.length * (costs.part + this.partFields * costs.value))
          const grouped = groupBy(rows, row => String(row[by]))
          return parents.map(id => grouped.get(id) ?? [])
        }),
      )
      .load(parent)
  }

  /** One value for each key, for all keys of the request at once; `name` identifies the loader, arguments included. */
  batch<T>(
    name: string,
    key: string,
    load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
  ): Promise<T | undefined> {
    return this.loading
      .loader<T | undefined>(name, async keys => {
        const found = await load(keys)
        return keys.map(each => found.get(each))
      })
      .load(key)
  }
}
