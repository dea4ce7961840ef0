import type { MigrationInterface, QueryRunner } from 'typeorm'
import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { groupBy } from '../../lib/group.js'
import { entryOf, writeEntries, type Around } from '../effects/search-index.js'
import { createTable, rowsOf, type TableText } from './table.js'

const tables: TableText[] = [
  {
    name: 'search_entries',
    columns: {
      organization_id: 'varchar(32)',
      kind: 'varchar(40)',
      archived: 'int',
      title: 'varchar(200)',
      id: 'varchar(32)',
      bits: 'bigint',
      codes: 'text',
      names: 'text',
      words: 'text',
      phones: 'text',
    },
    primary: ['organization_id', 'kind', 'archived', 'title', 'id'],
    unique: { uq_search_entry_id: ['organization_id', 'id'] },
  },
  {
    name: 'search_words',
    columns: {
      organization_id: 'varchar(32)',
      kind: 'varchar(40)',
      archived: 'int',
      weight: 'int',
      word: 'varchar(64)',
      entry_id: 'varchar(32)',
      bits: 'bigint',
    },
    primary: ['organization_id', 'kind', 'archived', 'weight', 'word', 'entry_id'],
  },
]

/** The kinds of record when the index came. Later kinds are indexed from their first row on. */
const kinds = ['Client', 'Contact', 'Project', 'PurchaseOrder', 'Invoice']
const batch = 500

export class Search1764400000001 implements MigrationInterface {
  name = 'Search1764400000001'

  async up(runner: QueryRunner) {
    await makeIndex(runner, kinds)
  }

  async down(runner: QueryRunner) {
    await dropIndex(runner)
  }
}

/** Makes the index of these kinds of record from their rows. */
export async function makeIndex(runner: QueryRunner, kindsOf: readonly string[]) {
  for (const table of tables) await createTable(runner, table)
  for (const kind of kindsOf) {
    const record = entities().find(({ name }) => name === kind)
    if (!record) throw new Error(`There is no record ${kind}.`)
    await fill(runner, record)
  }
}

export async function dropIndex(runner: QueryRunner) {
  for (const { name } of [...tables].reverse()) await runner.dropTable(name)
}

type Values = Record<string, unknown>

async function fill(runner: QueryRunner, record: EntityMetadata) {
  const put = (sql: string, values: readonly unknown[] = []) => runner.query(sql, [...values]).then(() => undefined)
  for await (const stored of rowsOf(runner, { table: record.table, size: batch })) {
    const rows = stored.map(camel)
    const ids = rows.map(({ id }) => String(id))
    const around = await whatIsAround(runner, record, rows, ids)
    await writeEntries(
      { put },
      [],
      rows.flatMap(
        row => entryOf(record, Object.assign(new record.type(), row), String(row.organizationId), around(row)) ?? [],
      ),
    )
  }
}

/** Finds what the index needs beyond the rows: the contacts of clients, and the countries of contacts. */
async function whatIsAround(
  runner: QueryRunner,
  { name }: EntityMetadata,
  rows: readonly Values[],
  ids: readonly string[],
): Promise<(row: Values) => Around> {
  const marks = (values: readonly string[]) => values.map(() => '?').join(', ')
  if (name === 'Client') {
    const contacts = groupBy(
      await select(
        runner,
        `SELECT client_id, name, phone FROM contacts WHERE client_id IN (${marks(ids)}) ORDER BY id`,
        ids,
      ),
      ({ clientId }) => clientId,
    )
    return ({ id }) => {
      const own = contacts.get(id) ?? []
      return {
        texts: own.map(contact => String(contact.name)),
        phones: own.flatMap(({ phone }) => (typeof phone === 'string' ? phone : [])),
      }
    }
  }
  if (name !== 'Contact') return () => ({})
  const clients = [...new Set(rows.map(({ clientId }) => String(clientId)))]
  const countries = new Map(
    (await select(runner, `SELECT id, country FROM clients WHERE id IN (${marks(clients)})`, clients)).map(
      ({ id, country }) => [id, String(country)],
    ),
  )
  return ({ clientId }) => ({ country: countries.get(clientId) })
}

async function select(runner: QueryRunner, sql: string, values: readonly string[]): Promise<Values[]> {
  const rows = (await runner.query(sql, [...values])) as Values[] // a SELECT gives rows
  return rows.map(camel)
}

const camel = (row: Values): Values =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
