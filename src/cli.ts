#!/usr/bin/env node
import 'reflect-metadata'
import { backupCommand } from './cli/backup.js'
import { command } from './cli/command.js'
import { demoCommand } from './cli/demo.js'
import { exportCommand } from './cli/export.js'
import { filesCommand } from './cli/files.js'
import { importCommand } from './cli/import.js'
import { keysCommand } from './cli/keys.js'
import { migrateCommand } from './cli/migrate.js'
import { organizationsCommand } from './cli/organizations.js'
import { allowClosedPipes, reportError } from './cli/output.js'
import { ratesCommand } from './cli/rates.js'
import { restoreCommand } from './cli/restore.js'
import { serveCommand } from './cli/serve.js'
import { verifyCommand } from './cli/verify.js'
import { version } from './cli/version.js'

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
