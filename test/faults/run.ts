import { Command } from 'commander'
import { backups } from './backup.js'
import { drain } from './drain.js'
import { database } from './database.js'
import { runFaults } from './fault.js'
import { feeds } from './feeds.js'
import { fullFolders } from './full-folders.js'
import { hostileRequests } from './hostile-requests.js'
import { hostileTables } from './hostile-tables.js'
import { imports } from './imports.js'
import { alteredTables } from './altered-tables.js'
import { largeTables } from './large-tables.js'
import { libreOfficeTables } from './libreoffice-tables.js'

const faults = [
  ...hostileTables,
  ...largeTables,
  ...alteredTables,
  ...libreOfficeTables,
  ...imports,
  ...feeds,
  ...database,
  ...drain,
  ...fullFolders,
  ...backups,
  ...hostileRequests,
]

const { only, seed } = new Command('test:faults')
  .description(
    'Holds the server to its limits of time and memory with files that are hostile, damaged, or very large, and with very long feeds.',
  )
  .option('--only <pattern>', 'faults whose name matches', '')
  .option('--seed <n>', 'seed of what is random', Number, Date.now() % 1_000_000)
  .parse()
  .opts<{ only: string; seed: number }>()

console.log(
  `Seed ${seed}; Node ${process.version}. Memory is what the process takes at most beyond what it took before.\n`,
)
const { passed, failed } = await runFaults(
  faults.filter(({ name }) => new RegExp(only, 'i').test(name)),
  seed,
)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
