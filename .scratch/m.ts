import 'reflect-metadata'
import { Database } from '../src/database/database.js'
import { sqliteSource } from '../src/database/data-source.js'
import '../src/features/index.js'
import { records } from '../src/graphql/field.js'
const dir = process.argv[2]!
const t0 = performance.now()
const s = await sqliteSource({ dataDir: dir }, { readOnly: true }).initialize()
console.log('init', performance.now() - t0)
const t1 = performance.now()
const s2 = await sqliteSource({ dataDir: dir }, { readOnly: true }).initialize()
console.log('init2', performance.now() - t1)
const rec = records().find(r => r.name === 'Invoice')!
const cols = rec.fields.map(f => f.name.replace(/[A-Z]/g, l => '_' + l.toLowerCase()))
for (let i = 0; i < 3; i++) {
  const t = performance.now(); let n = 0
  const rows = await s.query(`SELECT ${cols.join(', ')} FROM invoices WHERE id > '' ORDER BY id LIMIT 5000`)
  n = rows.length
  console.log(cols.length, 'cols', n, performance.now() - t, 'ms', Math.round(n / (performance.now() - t) * 1000), 'rows/s')
}
await s.destroy(); await s2.destroy()
