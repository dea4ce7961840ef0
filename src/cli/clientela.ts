#!/usr/bin/env node
import 'reflect-metadata'
import { backupCommand } from './backup.js'
import { command } from './command.js'
import { demoCommand } from './demo.js'
import { exportCommand } from './export.js'
import { filesCommand } from './files.js'
import { importCommand } from './import.js'
import { keysCommand } from './keys.js'
import { migrateCommand } from './migrate.js'
import { organizationsCommand } from './organizations.js'
import { allowClosedPipes, reportError } from './output.js'
import { ratesCommand } from './rates.js'
import { restoreCommand } from './restore.js'
import { serveCommand } from './serve.js'
import { verifyCommand } from './verify.js'
import { version } from './version.js'

const program = command('clientela')
  .description('One record per client that sales, finance and projects all trust.')
  .version(version)
  .addHelpText(
    'after',
    `
The database: DATABASE_URL (mariadb://… or mysql://…), else an embedded one in DATA_DIR (default ./data).
Exit codes: 0 done, 1 refused or failed, 2 wrong use, 3 verify or files check found differences, 4 rows of an import are wrong.`,
  )

for (const each of [
  serveCommand,
  migrateCommand,
  demoCommand,
  organizationsCommand,
  keysCommand,
  verifyCommand,
  filesCommand,
  backupCommand,
  restoreCommand,
  exportCommand,
  importCommand,
  ratesCommand,
])
  program.addCommand(each)

allowClosedPipes()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportError(error)
}
