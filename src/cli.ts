#!/usr/bin/env node
import 'reflect-metadata'
import { command } from './cli/command.js'
import { allowClosedPipes, reportError } from './cli/output.js'
import { serveCommand } from './cli/serve.js'
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

// A server keeps its modules as long as it runs, so it loads no other command.
const commands = process.argv[2] === 'serve' ? [serveCommand] : (await import('./cli/commands.js')).commands
for (const each of commands) program.addCommand(each)

allowClosedPipes()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = reportError(error)
}
