import { readConfig } from '../config.js'
import { command, jsonOption } from './command.js'
import { printLine } from './output.js'

export const serveCommand = command('serve')
  .description('Serve the GraphQL API on PORT (default 4000).')
  .addOption(jsonOption())
  .action(async ({ json }: { json?: boolean }) => {
    const { serve } = await import('../main.js') // here, so that no other command loads a web server
    await serve(readConfig(), printLine, json)
  })
