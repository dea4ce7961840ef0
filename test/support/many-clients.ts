import type { Database } from '../../src/database/database.js'

const digit =
  '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)'
const powers = [1, 10, 100, 1000, 10_000]
const number = `(${powers.map(power => `p${power}.d * ${power}`).join(' + ')})`

/**
 * Copies of a client, by the database itself, with ids that follow one another; without what they are found by.
 * `changed` columns are SQL over `n`, the number of a copy, from 0 on.
 */
export async function copyClient(database: Database, id: string, count: number, changed: Record<string, string> = {}) {
  await database.write(async manager => {
    const [row] = await manager.query<Record<string, unknown>[]>(`SELECT * FROM clients WHERE id = '${id}'`)
    const columns = Object.keys(row ?? {}).filter(name => name !== 'id')
    const values = columns.map(name => changed[name] ?? `k.${name}`)
    const numbers = powers.map(power => `${digit} p${power}`).join(' CROSS JOIN ')
    // The end of its id tells clients of one organisation from those of another.
    await manager.query(`INSERT INTO clients (id, ${columns.join(', ')}) SELECT CONCAT('cli_${id.slice(-10)}', SUBSTR(CONCAT('0000000000000000', n), -16)), ${values.join(', ')}
      FROM (SELECT ${number} AS n FROM ${numbers}) numbers CROSS JOIN clients k WHERE k.id = '${id}' AND n < ${count}`)
  })
}
