import type { MigrationInterface, QueryRunner } from 'typeorm'
import { composeTaxId } from '../../lib/tax-id.js'
import { rowsOf } from './table.js'

const columns = { loser_external_id: 'varchar(100)', loser_tax_id: 'varchar(40)' }
const batch = 200

export class MergedIdentities1765200000000 implements MigrationInterface {
  name = 'MergedIdentities1765200000000'

  async up(runner: QueryRunner) {
    for (const [column, type] of Object.entries(columns))
      await runner.query(`ALTER TABLE client_merges ADD COLUMN ${column} ${type}`)
    await fill(runner)
    for (const column of Object.keys(columns))
      await runner.query(`CREATE INDEX ix_client_merge_${column}_id ON client_merges (organization_id, ${column}, id)`)
  }

  async down(runner: QueryRunner) {
    for (const column of Object.keys(columns)) {
      await runner.dropIndex('client_merges', `ix_client_merge_${column}_id`)
      await runner.query(`ALTER TABLE client_merges DROP COLUMN ${column}`)
    }
  }
}

interface Loser {
  externalId: string | null
  taxIdCountry: string | null
  taxIdNumber: string | null
}

/** Fills the columns as new merges do. */
async function fill(runner: QueryRunner) {
  const merges = { table: 'client_merges', columns: "id, CONCAT(kept, '') AS kept", size: batch }
  for await (const rows of rowsOf<{ id: string; kept: string }>(runner, merges)) {
    for (const { id, kept } of rows) {
      const {
        loser: { externalId, taxIdCountry, taxIdNumber },
      } = JSON.parse(kept) as { loser: Loser } // as merges store it
      await runner.query('UPDATE client_merges SET loser_external_id = ?, loser_tax_id = ? WHERE id = ?', [
        externalId ?? null,
        taxIdCountry && taxIdNumber ? composeTaxId(taxIdCountry, taxIdNumber) : null,
        id,
      ])
    }
  }
}
