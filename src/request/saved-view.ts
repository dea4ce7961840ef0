import { choice, flag, json, text, texts } from '../model/field.js'
import type { Permission } from '../model/permission.js'
import { ActorType } from '../database/effects/activity-event.js'
import type { Access } from '../model/access.js'
import { OrganizationRow } from '../model/row.js'
import { choices } from '../model/choices.js'
import { entity } from '../model/entity.js'
import { index } from '../model/unique.js'
import { entities, type EntityMetadata } from '../model/entity-metadata.js'

export const SavedViewList = choices('SavedViewList', 'A list that views can be saved of.', {
  CLIENTS: '`clients`.',
  CONTACTS: '`contacts`.',
  PROJECTS: '`projects`.',
  TIME_ENTRIES: '`timeEntries`.',
  TASKS: '`tasks`.',
  PURCHASE_ORDERS: '`purchaseOrders`.',
  INVOICES: '`invoices`.',
  PAYMENTS: '`payments`.',
  DEALS: '`deals`.',
  QUOTES: '`quotes`.',
  INTERACTIONS: '`interactions`.',
  FILES: '`files`.',
})
export type SavedViewList = keyof typeof SavedViewList

/** The lists that a key may read, and thus the views of them. */
export const readableLists = (held: ReadonlySet<Permission>) =>
  Object.entries(recordNames)
    .filter(([, name]) =>
      entities().some(record => record.name === name && (record.permission === null || held.has(record.permission))),
    )
    .map(([list]) => list)

/** The records of each list, by the names of their classes. */
const recordNames: Record<SavedViewList, string> = {
  CLIENTS: 'Client',
  CONTACTS: 'Contact',
  PROJECTS: 'Project',
  TIME_ENTRIES: 'TimeEntry',
  TASKS: 'Task',
  PURCHASE_ORDERS: 'PurchaseOrder',
  INVOICES: 'Invoice',
  PAYMENTS: 'Payment',
  DEALS: 'Deal',
  QUOTES: 'Quote',
  INTERACTIONS: 'Interaction',
  FILES: 'File',
}

function mayRead(view: SavedView, held: ReadonlySet<Permission>, actor: Access['actor']): boolean {
  return view.isSeenBy(actor) && readableLists(held).includes(view.list)
}

// Here and not in its feature, because the door reads a list by it (context.ts).
@entity('saved_views', 'How somebody looks at a list: its filter, order and columns under a name.', {
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
  list: SavedViewList

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
    'The columns to show, in their order: names of fields, with dots where they lie deeper, such as `overview.invoices.overdue.count`.',
  )
  columns: string[]

  @flag('Whether everybody sees it who may read its list; otherwise only its author does.')
  shared: boolean

  @choice(ActorType, 'What kind of actor saved it.', { inHistory: false })
  authorType: ActorType

  @text('The id of the key that saved it; null for the command line.', { max: 32, nullable: true, inHistory: false })
  authorId: string | null

  @text('The name of who saved it, as it was then.', { inHistory: false })
  authorName: string

  /** What the list is of. */
  get record(): EntityMetadata {
    const record = entities().find(({ name }) => name === recordNames[this.list])
    if (!record) throw new Error(`There is no record ${recordNames[this.list]}.`)
    return record
  }

  isBy({ type, id }: Access['actor']): boolean {
    return this.authorType === type && this.authorId === id
  }

  isSeenBy(actor: Access['actor']): boolean {
    return this.shared || this.isBy(actor)
  }
}
