import type { MigrationInterface, QueryRunner } from 'typeorm'
import { dayIn } from '../../lib/calendar.js'
import { newId } from '../../lib/id.js'
import { createTable, type TableText } from './table.js'

const record = {
  id: 'varchar(32)',
  version: 'int',
  created_at: 'datetime(3)',
  updated_at: 'datetime(3)',
  organization_id: 'varchar(32)',
  external_id: 'varchar(100) null',
}

/** Each table refers only to earlier ones. */
const tables: TableText[] = [
  {
    name: 'deal_stages',
    columns: { ...record, name: 'varchar(100)', category: 'varchar(30)', position: 'int' },
    unique: { uq_deal_stage_external_id: ['organization_id', 'external_id'] },
    indices: { ix_deal_stage_position_id: ['organization_id', 'position', 'id'] },
    foreignKeys: { organization_id: 'organizations' },
  },
  {
    name: 'deals',
    columns: {
      ...record,
      client_id: 'varchar(32)',
      title: 'varchar(200)',
      title_folded: 'varchar(400)',
      currency: 'varchar(3)',
      rate: 'bigint null',
      value: 'bigint',
      value_base: 'bigint null',
      probability: 'int',
      stage_id: 'varchar(32)',
      category: 'varchar(30)',
      expected_close_on: 'date null',
      closed_on: 'date null',
      owner_id: 'varchar(32) null',
    },
    unique: { uq_deal_external_id: ['organization_id', 'external_id'] },
    indices: {
      ix_deal_expected_close_on_id: ['organization_id', 'expected_close_on', 'id'],
      ix_deal_title_folded_id: ['organization_id', 'title_folded', 'id'],
      ix_deal_owner_id_id: ['organization_id', 'owner_id', 'id'],
      ix_deal_stage_id_category_currency_value_value_base_probability_: [
        'organization_id',
        'stage_id',
        'category',
        'currency',
        'value',
        'value_base',
        'probability',
        'id',
      ],
      ix_deal_client_id_category_currency_value_value_base_probability: [
        'organization_id',
        'client_id',
        'category',
        'currency',
        'value',
        'value_base',
        'probability',
        'id',
      ],
    },
    foreignKeys: { organization_id: 'organizations', client_id: 'clients', stage_id: 'deal_stages', owner_id: 'users' },
  },
  {
    name: 'quotes',
    columns: {
      ...record,
      client_id: 'varchar(32)',
      currency: 'varchar(3)',
      rate: 'bigint null',
      net: 'bigint',
      tax: 'bigint',
      net_base: 'bigint null',
      total: 'bigint',
      total_base: 'bigint null',
      deal_id: 'varchar(32) null',
      number: 'varchar(60) null',
      series: 'varchar(10)',
      state: 'varchar(30)',
      valid_until: 'date null',
      sent_on: 'date null',
      accepted_on: 'date null',
      declined_on: 'date null',
      invoice_id: 'varchar(32) null',
    },
    unique: {
      uq_quote_invoice_id: ['organization_id', 'invoice_id'],
      uq_quote_number: ['organization_id', 'number'],
      uq_quote_external_id: ['organization_id', 'external_id'],
    },
    indices: {
      ix_quote_sent_on_id: ['organization_id', 'sent_on', 'id'],
      ix_quote_deal_id_id: ['organization_id', 'deal_id', 'id'],
      ix_quote_client_id_id: ['organization_id', 'client_id', 'id'],
    },
    foreignKeys: { organization_id: 'organizations', client_id: 'clients', deal_id: 'deals', invoice_id: 'invoices' },
  },
  {
    name: 'quote_lines',
    columns: {
      id: 'varchar(32)',
      organization_id: 'varchar(32)',
      position: 'int',
      description: 'varchar(500)',
      quantity: 'bigint',
      unit_price: 'bigint',
      discount: 'bigint',
      tax_rate: 'bigint null',
      currency: 'varchar(3)',
      net: 'bigint',
      quote_id: 'varchar(32)',
    },
    indices: { ix_quote_line_quote_id_position: ['organization_id', 'quote_id', 'position'] },
    foreignKeys: { organization_id: 'organizations', quote_id: 'quotes' },
  },
]

// New organisations had these stages when this was written. A migration stays as it was.
const categories = ['OPEN', 'OPEN', 'OPEN', 'OPEN', 'WON', 'LOST']
const names: Record<string, string[]> = {
  CA: ['Nova', 'Contactada', 'Proposta enviada', 'En negociació', 'Guanyada', 'Perduda'],
  ES: ['Nueva', 'Contactada', 'Propuesta enviada', 'En negociación', 'Ganada', 'Perdida'],
  EN: ['New', 'Contacted', 'Proposal sent', 'In negotiation', 'Won', 'Lost'],
}

export class Deals1764100000000 implements MigrationInterface {
  name = 'Deals1764100000000'

  async up(runner: QueryRunner) {
    for (const table of tables) await createTable(runner, table)
    const organizations = await runner.manager.query<{ id: string; time_zone: string; language: string }[]>(
      'SELECT id, time_zone, language FROM organizations ORDER BY id',
    )
    for (const { id, time_zone: timeZone, language } of organizations)
      await addPipeline(runner, id, dayIn(timeZone, new Date()), names[language] ?? [])
  }

  async down(runner: QueryRunner) {
    for (const { name } of [...tables].reverse()) await runner.dropTable(name)
  }
}

/** Gives every organisation that exists a pipeline, with its history. */
async function addPipeline(runner: QueryRunner, organization: string, today: string, stages: readonly string[]) {
  const now = new Date()
  const at = now.toISOString().replace('T', ' ').replace('Z', '')
  const insert = (table: string, values: Record<string, unknown>) => {
    const columns = Object.keys(values).map(column => runner.connection.driver.escape(column))
    return runner.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      Object.values(values),
    )
  }
  for (const [place, name] of stages.entries()) {
    const stage = { name, category: categories[place], position: place + 1 }
    const id = newId('stg', now)
    await insert('deal_stages', {
      id,
      version: 1,
      created_at: at,
      updated_at: at,
      organization_id: organization,
      external_id: null,
      ...stage,
    })
    await insert('activity_events', {
      id: newId('evt', now),
      organization_id: organization,
      at,
      on: today,
      kind: 'DEAL_STAGE_CREATED',
      subject_type: 'DealStage',
      subject_id: id,
      client_id: null,
      actor_type: 'SYSTEM',
      actor_id: null,
      actor_name: 'migration',
      before: null,
      after: JSON.stringify(stage),
    })
  }
}
