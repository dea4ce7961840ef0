import { choice, flag, json, text, texts } from '../model/field.js'
import type { Permission } from '../model/permission.js'
import { ActorType } from '../database/effects/activity-event.js'
import type { Access } from '../model/access.js'
import { OrganizationRow } from '../model/row.js'
import { entity } from '../model/entity.js'
import { index } from '../model/unique.js'
import type { EntityMetadata } from '../model/entity-metadata.js'
import { SavedViewList, savedLists } from '../graphql/saved-list.js'

/** The lists that a key may read, and thus the views of them. */
export const readableLists = (held: ReadonlySet<Permission>) =>
  [...savedLists()].filter(([, { permission }]) => permission === null || held.has(permission)).map(([list]) => list)

function mayRead(view: SavedView, held: ReadonlySet<Permission>, actor: Access['actor']): boolean {
  return view.isSeenBy(actor) && readableLists(held).includes(view.list)
}

// Here and not in its feature, because the door reads a list by a view (context.ts).
@entity('saved_views', 'A filter, an order and columns of a list, kept under a name.', {
  prefix: 'viw',
  permission: null,
  historyPermission: 'admin',
  visible: mayRead,
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another view has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'list', 'nameFolded', 'id'])
export class SavedView extends OrganizationRow {
  @choice(SavedViewList, 'The list it shows.')
  list: string

  @text('Its name.', { max: 100, folded: 'nameFolded' })
  name: string

  @text('The name without case and accents, for sorting.', { max: 200, hidden: true })
  nameFolded: string

  @json("The list's `filter`; null for all records.", { nullable: true })
  filter: object | null

  @json('The list\'s `orderBy`, such as {"field": "OVERDUE", "direction": "DESC"}; null for the list\'s own.', {
    nullable: true,
  })
  orderBy: { field: string; direction?: 'ASC' | 'DESC' } | null

  @texts(
    'The columns to show, in their order: names of fields, with dots where they lie deeper, such as ' +
      '`overview.invoices.overdue.count`.',
  )
  columns: string[]

  @flag('Whether everybody who may read its list sees it; otherwise only its author does.')
  shared: boolean

  @choice(ActorType, 'The kind of actor that saved it.', { inHistory: false })
  authorType: ActorType

  @text('The id of the key that saved it; null for the command line.', { max: 32, nullable: true, inHistory: false })
  authorId: string | null

  @text('The name of who saved it, as it was then.', { inHistory: false })
  authorName: string

  /** The kind of record that the list shows. */
  get record(): EntityMetadata {
    const record = savedLists().get(this.list)
    if (!record) throw new Error(`There is no list ${this.list} that views are saved of.`)
    return record
  }

  isBy({ type, id }: Access['actor']): boolean {
    return this.authorType === type && this.authorId === id
  }

  isSeenBy(actor: Access['actor']): boolean {
    return this.shared || this.isBy(actor)
  }
}
