import { writeFileSync } from 'node:fs'
import '../../src/features/index.js'
import { feedTables } from '../../src/features/feeds/index.js'

// The tables and columns that there are become the released ones: from now on they stay (test/feeds.test.ts).
const released = Object.fromEntries(
  feedTables().map(({ name, columns }) => [
    name,
    Object.fromEntries(columns.map(column => [column.name, column.type])),
  ]),
)
writeFileSync('schema/released-feeds.json', `${JSON.stringify(released, null, 2)}\n`)
