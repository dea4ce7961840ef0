import type { MigrationInterface, QueryRunner } from 'typeorm'
import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { snake } from '../../lib/snake.js'
import type { FieldDefinition } from '../../model/field-definition.js'
import { settleTexts } from '../../model/validate.js'
import { Weight } from '../effects/search-index.js'
import { cleanText } from '../../lib/text.js'
import { dropIndex, makeIndex } from './5-search.js'
import { rowsOf } from './table.js'

/** The records that people write into. Lines, frozen documents, history and imports stay as they are. */
const kinds = [
  'Organization',
  'User',
  'ApiKey',
  'Client',
  'Contact',
  'Project',
  'TimeEntry',
  'Task',
  'PurchaseOrder',
  'Invoice',
  'Payment',
  'DealStage',
  'Deal',
  'Quote',
  'Interaction',
  'File',
  'SavedView',
  'ImportMapping',
]
const found = ['Client', 'Contact', 'Project', 'PurchaseOrder', 'Invoice', 'Deal', 'Quote']
const batch = 500

/**
 * Brings texts, the columns folded from them, and the index of words and telephones into the form that all have now. A
 * second run changes nothing.
 */
export class Texts1765400000000 implements MigrationInterface {
  name = 'Texts1765400000000'

  async up(runner: QueryRunner) {
    for (const kind of kinds) {
      const record = entities().find(({ name }) => name === kind)
      if (!record) throw new Error(`There is no record ${kind}.`)
      await bringTexts(runner, record)
    }
    await dropIndex(runner)
    await makeIndex(runner, found)
  }

  /** Texts keep their new form, which reads the same. */
  async down(runner: QueryRunner) {
    await runner.query(`DELETE FROM search_words WHERE weight = ${Weight.PHONE}`)
    await runner.query('ALTER TABLE search_entries DROP COLUMN phones')
  }
}

type Values = Record<string, unknown>

async function bringTexts(runner: QueryRunner, record: EntityMetadata) {
  for await (const rows of rowsOf(runner, { table: record.table, size: batch }))
    for (const row of rows) await bring(runner, record, row)
}

/** Writes the texts that differ. A text stays where another record holds its new form, as of an external id. */
async function bring(runner: QueryRunner, record: EntityMetadata, row: Values) {
  // Later migrations add the other columns.
  const fields = record.fields.filter(
    ({ name, kind, exact }) => (kind === 'text' || kind === 'texts') && !exact && snake(name) in row,
  )
  const values = Object.assign(
    new record.type(),
    Object.fromEntries(
      record.fields.map(({ name, kind }) => [name, kind === 'texts' ? listOf(row[snake(name)]) : row[snake(name)]]),
    ),
  ) as unknown as Values // of a record, by the names of its fields
  const derived = new Set(record.fields.map(({ folded }) => folded))
  for (const field of fields) if (!derived.has(field.name)) clean(values, field)
  settleTexts(record, values)
  const changed = fields
    .map(
      ({ name, kind }) =>
        [snake(name), kind === 'texts' ? JSON.stringify(values[name]) : (values[name] ?? null)] as const,
    )
    .filter(
      ([column, value]) => value !== (Array.isArray(row[column]) ? JSON.stringify(row[column]) : (row[column] ?? null)),
    )
  if (changed.length > 0) await update(runner, record, row.id, changed)
}

function clean(values: Values, field: FieldDefinition) {
  const value = values[field.name]
  if (Array.isArray(value)) {
    const texts = value.map(text => cleanText(String(text), false))
    if (texts.some((text, at) => text !== value[at]))
      values[field.name] = [...new Set(texts)].filter(text => text !== '').sort()
  }
  if (typeof value !== 'string') return
  const text = cleanText(value, field.lines === true)
  if (text === '' ? field.nullable : text.length <= (field.max ?? Infinity))
    values[field.name] = text === '' ? null : text
}

async function update(
  runner: QueryRunner,
  { table }: EntityMetadata,
  id: unknown,
  changed: readonly (readonly [string, unknown])[],
) {
  const write = (some: typeof changed) =>
    runner.query(
      `UPDATE ${table} SET ${some.map(([column]) => `${runner.connection.driver.escape(column)} = ?`).join(', ')} WHERE id = ?`,
      [...some.map(([, value]) => value), id],
    )
  try {
    await write(changed)
  } catch (error) {
    if (!isTaken(error)) throw error
    for (const one of changed)
      await write([one]).catch((again: unknown) => {
        if (!isTaken(again)) throw again
      })
  }
}

const isTaken = (error: unknown) => error instanceof Error && /unique constraint|duplicate entry/i.test(error.message)

const listOf = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value)
