#!/usr/bin/env node
import 'reflect-metadata'
import { command } from './cli/command.js'
import { commands } from './cli/commands.js'
import { allowClosedPipes, reportError } from './cli/output.js'
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

for (const each of commands) program.addCommand(each)

allowClosedPipes()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportError(error)
}
