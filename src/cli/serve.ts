import cluster from 'node:cluster'
import { readConfig } from '../config.js'
import { expectStart } from '../lib/engine.js'
import type { Served } from '../processes/messages.js'
import { serveWithWorkers } from '../processes/primary.js'
import { command, jsonOption } from './command.js'
import { printLine, reportError } from './output.js'

export const serveCommand = command('serve')
  .description('Serve the GraphQL API on PORT (default 4000), with WORKERS processes (default 1).')
  .addOption(jsonOption())
  .action(async ({ json = false }: { json?: boolean }) => {
    const config = readConfig()
    if (config.workers > 1 && cluster.isPrimary) {
      process.exitCode = await serveWithWorkers(config.workers, served => untilSignal(served, json))
      return
    }
    expectStart()
    const { serve } = await import('../main.js') // here, so that no other command loads a web server
    if (config.workers === 1)
      return serve(config, (served, watch) => {
        watch()
        return untilSignal(served, json)
      })
    const { asWorker } = await import('../processes/worker.js')
    // The connection to the primary would keep this process.
    process.exit(await serve(config, asWorker()).then(() => 0, reportError))
  })

/** Prints where the server listens, and waits until a signal tells it to stop. */
async function untilSignal(served: Served, json: boolean): Promise<void> {
  if (json) printLine(JSON.stringify({ url: served.url, database: served.database }))
  else greet(served)
  await new Promise<void>(resolve => {
    const stop = (signal: string) => {
      if (!json) printLine(`${signal}: finishing running requests…`)
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}

function greet({ url, database, isEmpty }: Served) {
  printLine(`Clientela serves GraphQL at ${url} (${database}); in a browser that is GraphiQL.`)
  if (!isEmpty) return
  printLine(`
The database is empty. Beside this server, in another terminal:
  npm run demo                                           loads a demo organisation and prints a key and a query
  npm run clientela -- organizations create "My business"  makes your own organisation
  npm run clientela -- keys create "My program"            makes an API key for it
`)
}
