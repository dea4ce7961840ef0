import { readConfig } from '../config.js'
import { serve } from '../main.js'
import { command, jsonOption } from './command.js'
import { say } from './output.js'

export const serveCommand = command('serve')
  .description('Serve the GraphQL API on PORT (default 4000).')
  .addOption(jsonOption())
  .action(({ json }: { json?: boolean }) => serve(readConfig(), say, json))
