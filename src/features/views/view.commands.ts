import { SavedView } from '../../request/saved-view.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { forbidden, notFound } from '../../model/errors.js'
import { keptList } from '../../graphql/kept-list.js'
import { assignGiven } from '../../model/assign-given.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { fold } from '../../lib/fold.js'
import { quoted } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import type { CreateSavedViewInput, SavedViewFields, UpdateSavedViewInput } from './view.inputs.js'
import { fieldOfOrder } from '../../graphql/list.js'
import { compileFilter } from '../../database/filter-sql.js'

const columnLimit = 100
const sizeLimit = 20_000

export async function createSavedView(
  scope: WriteScope,
  { list, name, ...given }: CreateSavedViewInput,
): Promise<SavedView> {
  const { type, id, name: authorName } = scope.setting.access.actor
  const view = scope.make(SavedView, { list, columns: [], shared: false, authorType: type, authorId: id, authorName })
  setFields(scope, view, { name, ...given })
  // Everybody may read the history, and nobody else may see a private view.
  return view.shared ? scope.add(view) : scope.insertSilently(view)
}

export async function updateSavedView(
  scope: WriteScope,
  { id, version, ...given }: UpdateSavedViewInput,
): Promise<SavedView> {
  const view = await takeOwn(scope, { id, version })
  const wasShared = view.shared
  setFields(scope, view, given)
  return wasShared || view.shared ? scope.change(view) : scope.updateSilently(view)
}

export async function deleteSavedView(scope: WriteScope, given: RecordVersion): Promise<SavedView> {
  const view = await takeOwn(scope, given)
  if (view.shared) await scope.remove(view)
  else await scope.removeSilently(view)
  return view
}

/** Takes a view to change: its author may, and an admin may where the view is shared. */
async function takeOwn(scope: WriteScope, { id, version }: RecordVersion): Promise<SavedView> {
  const { actor, permissions } = scope.setting.access
  const found = await scope.get(SavedView, id)
  if (!found.isSeenBy(actor)) throw notFound(`There is no SavedView with the id ${id}.`)
  if (!found.isBy(actor) && !permissions.has('admin'))
    throw new UserError('VIEW_OF_ANOTHER', `${found.authorName} saved this view; save one of your own instead.`, 'id')
  return scope.take(SavedView, id, version)
}

function setFields(
  scope: WriteScope,
  view: SavedView,
  { name, filter, orderBy, columns, shared, externalId }: SavedViewFields & { name?: string },
) {
  assignGiven(view, { name, externalId, shared: shared ?? undefined })
  view.nameFolded = fold(view.name ?? '')
  if (columns !== undefined) view.columns = checkedColumns(columns ?? [])
  Object.assign(view, filter === undefined ? {} : { filter }, orderBy === undefined ? {} : { orderBy })
  if (JSON.stringify([view.filter, view.orderBy]).length > sizeLimit)
    throw new UserError(
      'VIEW_TOO_LARGE',
      `The filter and the order of a view can have at most ${sizeLimit} characters.`,
      'filter',
    )
  refuseUnreadable(scope, view)
}

/** Refuses what the key may not read, and what the list would not take. */
function refuseUnreadable(scope: WriteScope, view: SavedView) {
  const { type, permission } = view.record
  const { filter, orderBy } = keptList(type, view)
  const needed = [
    permission ?? ('member' as const),
    ...(filter
      ? compileFilter(type, filter, { baseCurrency: scope.organization.baseCurrency, past: false }).permissions
      : []),
    ...(orderBy ? [fieldOfOrder(type, orderBy.field).permission ?? ('member' as const)] : []),
  ]
  const missing = [...new Set(needed)].filter(each => !scope.setting.access.permissions.has(each))
  if (missing.length > 0)
    throw forbidden(`This view needs ${missing.join(' and ')}, which the key does not have.`, { missing })
}

function checkedColumns(columns: string[]): string[] {
  const wrong = columns.find(column => column.length > 100 || !/^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/.test(column))
  if (wrong !== undefined)
    throw new UserError(
      'COLUMN_INVALID',
      `${quoted(wrong)} is not a column: write names of fields, with dots where they lie deeper.`,
      'columns',
    )
  if (columns.length > columnLimit)
    throw new UserError('COLUMNS_TOO_MANY', `A view can have at most ${columnLimit} columns.`, 'columns')
  if (new Set(columns).size < columns.length)
    throw new UserError('COLUMN_TWICE', 'A view can have each column only once; leave one out.', 'columns')
  return columns
}
