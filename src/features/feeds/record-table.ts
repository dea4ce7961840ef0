import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { byId } from '../../database/scope/write-scope.js'
import { readable, readableSubjects } from '../../database/effects/activity-event.js'
import { computed, sqlOf, fieldOf } from '../../model/computed.js'
import { inBase } from '../../model/field.js'
import { formatDecimal, shortest } from '../../lib/decimal.js'
import { groupBy } from '../../lib/group.js'
import { formatMoney } from '../../lib/money.js'
import type { Cell, ColumnType } from '../../lib/table/column.js'
import { amountType, deletedAt, type FeedColumn, type FeedTable } from './feed-table.js'
import { metadataOf, entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { relationOf, type FieldDefinition, type Row } from '../../model/field-definition.js'
import { snake } from '../../lib/snake.js'

const baseCurrency: FeedColumn = {
  name: 'base_currency',
  type: 'text',
  nullable: true,
  description: 'The currency of the amounts in base: that of the organisation.',
}

type Raw = Record<string, string | number | null>

/** Every kind of record that a key can read whole: what is added to one appears here by itself. */
export const recordTables = (): FeedTable[] => entities().filter(isExported).map(tableOf)

/**
 * Leaves out what the schema hides, settings of the organisation, plans that pass by in a week, and what its author
 * alone sees.
 */
const isExported = ({ hidden, permission, visible, fields, feed }: EntityMetadata) =>
  !hidden &&
  feed !== false &&
  permission !== 'admin' &&
  permission !== 'import' &&
  (visible === undefined || fields.some(field => field.name === 'subjectType'))

function tableOf(record: EntityMetadata): FeedTable {
  const type = record.type as ClassType<Row & ObjectLiteral> // a record's class is an entity
  const fields = exportedFields(record)
  const parent = record.part ? parentOf(record) : undefined
  const columns = fields.map(columnOf)
  const { turned } = record.feed || {}
  return {
    name: record.table.replaceAll('_', '-'),
    description: record.description,
    permission: record.permission,
    kind: parent?.kind ?? record.name,
    partKind: parent && record.name,
    belongsBy: parent?.column ?? 'id',
    key: ['id'],
    turned,
    columns: [...columns, ...(fields.some(({ currency }) => currency === inBase) ? [baseCurrency] : []), deletedAt],
    async rows(scope, ids, { columns: asked, asOf }) {
      const chosen = asked.flatMap(({ name }) => {
        const at = columns.findIndex(column => column.name === name)
        return at < 0 ? [] : [at]
      })
      const selected = new Map<string, string>([['belongs_to', `t.${parent?.by ?? 'id'}`]])
      for (const at of chosen)
        for (const field of [fields[at], currencyOf(record, fields[at])])
          if (field) selected.set(snake(field.name), selectable(field))
      const held = scope.setting.access.permissions
      const visible = record.visible ? [readable(held)] : []
      const selection = parent
        ? { where: [{ sql: `t.${parent.by} IN (:...ids)`, parameters: { ids } }, ...visible], order: byId }
        : { ids, where: visible }
      const base = scope.organization.baseCurrency
      const readers = asked.map(({ name }) => {
        const field = fields[columns.findIndex(column => column.name === name)]
        return field ? readerOf(field, base) : () => (name === baseCurrency.name ? base : null)
      })
      const rows = await scope.raw<Raw>(type, Object.fromEntries(selected), {
        ...selection,
        parameters: { listDay: asOf, today: scope.today, readable: readableSubjects(held) },
      })
      const found = groupBy(rows, row => row.belongs_to)
      return id => found.get(id)?.map(row => readers.map(read => read(row))) ?? []
    },
  }
}

/**
 * The fields that the schema or history shows, names beside ids, the owner of a part, and the currency of its amounts.
 */
function exportedFields({ type, fields, feed }: EntityMetadata): FieldDefinition[] {
  const own = fields.filter(
    field =>
      field.name !== 'organizationId' &&
      (!field.hidden || field.inHistory || field.kind === 'reference' || field.kind === 'currency'),
  )
  const { computed: beside = [] } = feed || {}
  return [
    ...own.flatMap(field => [fieldOf(type, field.name), ...nameBeside(field)]),
    ...beside.map(each => fieldOf(type, each)),
  ]
}

/** `ownerId` → the field `ownerName`; the list's own field of that name is without case and accents. */
function nameBeside({ name, named, target, description }: FieldDefinition): FieldDefinition[] {
  if (!named || typeof target !== 'function') return []
  const sql = `SELECT n.name FROM ${metadataOf(target()).table} n WHERE n.organization_id = :organization AND n.id = t.${name}`
  const field = computed(`${relationOf({ name })}Name`, 'text', `${description.slice(0, -1)}, by name.`, sql, {
    nullable: true,
  })
  return [field]
}

function parentOf(record: EntityMetadata): { by: string; column: string; kind: string } {
  const field = record.fields.find(({ kind, name }) => kind === 'reference' && name !== 'organizationId')
  const target = typeof field?.target === 'function' ? field.target() : undefined
  if (!field || !target) throw new Error(`${record.name} is a part of nothing.`)
  return { by: field.name, column: snake(field.name), kind: target.name }
}

const currencyOf = ({ fields }: EntityMetadata, field: FieldDefinition | undefined) =>
  field?.kind === 'money' && field.currency !== inBase ? fields.find(({ name }) => name === field.currency) : undefined

function columnOf(field: FieldDefinition): FeedColumn {
  return {
    name: snake(field.name),
    type: typeOf(field),
    nullable: field.name !== 'id',
    description: field.description,
    permission: field.permission,
  }
}

function typeOf({ kind, places = 0 }: FieldDefinition): ColumnType {
  if (kind === 'money') return amountType
  if (kind === 'decimal') return `decimal(18,${places})`
  if (kind === 'integer') return 'integer'
  if (kind === 'flag') return 'boolean'
  if (kind === 'day') return 'date'
  return kind === 'instant' ? 'timestamp' : 'text'
}

/** As texts: one driver makes a Date of an instant and an object of JSON, which would have to be undone. */
function selectable(field: FieldDefinition): string {
  if (field.kind === 'instant') return `CAST(${sqlOf(field)} AS CHAR)`
  return field.kind === 'json' || field.kind === 'texts' ? `CONCAT(${sqlOf(field)}, '')` : sqlOf(field)
}

function readerOf(field: FieldDefinition, base: string): (row: Raw) => Cell {
  const name = snake(field.name)
  const { kind, places = 0, currency = 'currency' } = field
  const given = (read: (value: string | number, row: Raw) => Cell) => (row: Raw) => {
    const value = row[name] ?? null
    return value === null ? null : read(value, row)
  }
  if (kind === 'money')
    return given((value, row) => formatMoney(BigInt(value), currency === inBase ? base : String(row[snake(currency)])))
  if (kind === 'decimal') return given(value => shortest(formatDecimal(BigInt(value), places)))
  if (kind === 'integer') return given(Number)
  if (kind === 'flag') return given(value => Number(value) === 1)
  if (kind === 'instant') return given(value => `${String(value).replace(' ', 'T')}Z`)
  if (kind === 'texts') return given(value => (JSON.parse(String(value)) as string[]).join(', ')) // as the word is stored
  return given(String)
}
