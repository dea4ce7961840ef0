import type { ClassType } from 'type-graphql'
import { snake } from '../lib/snake.js'
import type { Access } from './access.js'
import type { FieldDefinition, Row } from './field-definition.js'
import type { Permission } from './permission.js'

/** By which of its texts a record is found: names of its properties and getters. */
export interface Findable {
  /** The name of a result; where it is empty, the first code names it. */
  title: string
  /** Texts that count as its name, the name itself first. */
  names?: readonly string[]
  /** Texts that, asked for as a whole, are found before all else: numbers, tax ids, ids of other systems. */
  codes?: readonly string[]
  texts?: readonly string[]
  /**
   * Found by their digits; their country's own numbers are those of `country`, a property of it or of the record it
   * leads to.
   */
  phones?: { fields: readonly string[]; country: string }
  /** The reference to a record that is found by some of these texts, too, and by the same phones. */
  leadsTo?: { by: string; texts: readonly string[] }
}

/** How feeds show a record, beyond its own fields. */
export interface FeedOptions {
  /** Computed fields that stand beside its own. */
  computed?: readonly string[]
  /** SQL for the records that change as days pass, over a record's change `c` and the days :from and :to. */
  turned?: string
}

export interface EntityMetadata {
  type: ClassType<Row>
  name: string
  table: string
  prefix: string
  description: string
  /** The permission that reading it needs; null: any key of the organisation. */
  permission: Permission | null
  /** The permission that reading its history needs; that of the record itself unless given. */
  historyPermission: Permission | null
  fields: FieldDefinition[]
  /** Whether its changes are events of their own: lines, for instance, belong to their document. */
  part: boolean
  /** Not in the schema: of no interest outside. */
  hidden: boolean
  /** Which of its rows somebody may see, where the permission alone does not decide. */
  visible?: (row: never, held: ReadonlySet<Permission>, actor: Access['actor']) => boolean
  /** The name of one of its rows, where it has no number, name, title or amount; nothing of other records. */
  called?: (row: never) => string
  search?: Findable
  /**
   * The table of its records that were merged into another one, whose id then answers: `loser_id`, `merged_into_id`.
   */
  merges?: string
  /** The references to records in whose figures its rows are counted, such as the invoice of an allocation. */
  figuresOf?: readonly string[]
  /** Whether figures of its client count its rows, so that a changed row makes kept figures out of date. */
  figures: boolean
  /** False: feeds do not have it, whoever may read it. */
  feed?: FeedOptions | false
}

const metadataByClass = new Map<object, EntityMetadata>()
const metadataByIdPrefix = new Map<string, EntityMetadata>()

/** Called by `@entity` alone. */
export function register(record: EntityMetadata) {
  metadataByClass.set(record.type, record)
  if (metadataByIdPrefix.has(record.prefix)) throw new Error(`Two records have the id prefix ${record.prefix}.`)
  metadataByIdPrefix.set(record.prefix, record)
}

export const metadataFor = (type: object): EntityMetadata | undefined => metadataByClass.get(type)

export function metadataOf(type: object): EntityMetadata {
  const record = metadataFor(type)
  if (!record) throw new Error(`${(type as { name?: string }).name ?? 'This'} is not a record: it lacks @entity.`) // usually a class
  return record
}

export const metadataByPrefix = (prefix: string | undefined) =>
  prefix === undefined ? undefined : metadataByIdPrefix.get(prefix)
export const entities = () => [...metadataByClass.values()]
export const entityClasses = () => [...metadataByClass.keys()] as ClassType<Row>[] // the map's keys are the classes @entity decorated

/** How the schema calls a kind of record that is searched. */
export const searchKind = ({ name }: EntityMetadata) => snake(name).toUpperCase()
