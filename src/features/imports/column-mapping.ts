import { groupBy } from '../../lib/group.js'
import { quoted } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { headerKey } from './header.js'
import { fieldsOf, type StoredColumn } from './import-column.js'
import type { ImportMapping } from './import-mapping.js'
import type { ImportPlan } from './import-plan.js'
import { descriptionOf } from './registry.js'

/** The columns of a plan with the fields that a mapping and `given` say; what neither names stays as it is. */
export function mapped(
  { kind, storedColumns }: ImportPlan,
  mapping: ImportMapping | undefined,
  given: readonly { place: number; field?: string | null }[],
): StoredColumn[] {
  if (mapping && mapping.kind !== kind)
    throw new UserError(
      'MAPPING_OF_ANOTHER_KIND',
      `${mapping.name} is a mapping of ${mapping.kind}; choose one of ${kind}.`,
      'mappingId',
    )
  const fields = new Map(descriptionOf(kind).fields.map(field => [field.name, field]))
  const byHeader = groupBy(mapping?.storedColumns ?? [], ({ header }) => headerKey(header))
  const wrong = given.find(({ place }) => !storedColumns.some(column => column.place === place))
  if (wrong)
    throw new UserError(
      'COLUMN_UNKNOWN',
      `The sheet has no column ${wrong.place}; it has ${storedColumns.length}.`,
      'columns',
    )
  const columns = storedColumns.map(column => {
    const own = given.filter(({ place }) => place === column.place)
    const taken = own.length > 0 ? own : byHeader.get(headerKey(column.header))
    const [field = null, ...others] = taken ? [...new Set(taken.flatMap(each => each.field ?? []))] : fieldsOf(column)
    const { others: _before, ...rest } = column
    return { ...rest, field, ...(others.length > 0 ? { others } : {}) }
  })
  for (const field of new Set(columns.flatMap(fieldsOf))) {
    if (!fields.has(field))
      throw new UserError(
        'FIELD_UNKNOWN',
        `${quoted(field)} is not a field of this kind: use one of ${[...fields.keys()].join(', ')}.`,
        'columns',
      )
    const places = columns.filter(column => fieldsOf(column).includes(field))
    if (places.length > 1 && !fields.get(field)?.joins)
      throw new UserError(
        'FIELD_TWICE',
        `Both columns ${places.map(({ letters }) => letters).join(' and ')} go to ${field}; leave one of them out.`,
        'columns',
      )
  }
  return columns
}

export function refuseUnmapped({ kind, storedColumns }: ImportPlan) {
  const taken = new Set(storedColumns.map(({ field }) => field))
  if (taken.size === 1 && taken.has(null))
    throw new UserError(
      'COLUMNS_UNKNOWN',
      `None of the headers is known; say which column goes to which field: ${descriptionOf(kind)
        .fields.map(({ name }) => name)
        .join(', ')}.`,
      'columns',
    )
}
