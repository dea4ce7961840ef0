import { readConfig } from '../config.js'
import type { Database } from '../database/database.js'
import { loadDemo, type DemoOptions } from '../demo/demo.js'
import { command, jsonOption, toCount } from './command.js'
import { printLine } from './output.js'
import { progressBar, type Progress } from './progress.js'
import { withDatabase } from './with-database.js'

export const demoCommand = command('demo')
  .description(
    'Make a new organisation with believable clients and documents, and a key to look at it. Each run makes another.',
  )
  .addOption(jsonOption())
  .option('--clients <number>', 'how many clients', toCount, 200)
  .option('--documents-per-client <number>', 'how many documents they have on average', toCount, 100)
  .option('--seed <number>', 'the same seed gives the same rows on the same day', toCount, 1)
  .option('--organization-name <name>', 'default Demo, or the next free Demo 2, 3 …')
  .action((given: DemoGiven) => withDatabase(database => runDemo(database, given, printLine)))

const sum = '{ amounts { amount currency } base { amount } knownBase { amount } withoutRate }'

/** The first question about clients: how they stand. It works in GraphiQL as it is. */
export const overviewQuery = `{ clients(first: 5) { totalCount nodes { legalName taxId overview { asOf projects { count totalHours } tasks { overdue { count } due { count } upcoming { count } } purchaseOrders { open { count amount ${sum} } } invoices { outstanding { count amount ${sum} } overdue { count amount ${sum} } unappliedCredit ${sum} } } } pageInfo { endCursor } } }`

export interface DemoGiven extends Pick<DemoOptions, 'clients' | 'documentsPerClient' | 'seed' | 'organizationName'> {
  json?: boolean
}

/** Loads a demo and prints what to do with it. */
export async function runDemo(database: Database, { json, ...options }: DemoGiven, print: (line: string) => void) {
  const bar = json || process.stderr.isTTY ? progressBar('Demo', json) : plainLines()
  const began = Date.now()
  const { organization, secret, clients, documents } = await loadDemo(database, {
    ...options,
    progress: bar.update,
  }).finally(bar.stop)
  const seconds = Number(((Date.now() - began) / 1000).toFixed(1))
  const url = `http://localhost:${readConfig().port}/graphql`
  const curl = `curl -s ${url} -H 'authorization: Bearer ${secret}' -H 'content-type: application/json' -d '${JSON.stringify({ query: overviewQuery })}'`
  if (json)
    return print(
      JSON.stringify(
        {
          organization: { id: organization.id, name: organization.name },
          clients,
          documents,
          seconds,
          secret,
          url,
          query: overviewQuery,
          curl,
        },
        null,
        2,
      ),
    )
  print(`${organization.name} (${organization.id}) is new: ${clients} clients with ${documents} documents, in ${seconds} s. Running this again makes another.

Its API key, which is not shown again:
  ${secret}

With the server running (npm start), open ${url} in a browser and paste the key there, or ask for the first clients and how they stand:
  ${curl}`)
}

/** Prints a line for each tenth, for logs. */
function plainLines(): Progress {
  let shown = 0
  return {
    update(done, total) {
      const tenths = Math.floor((10 * done) / total)
      if (tenths > shown) process.stderr.write(`${tenths * 10} % of ${total} documents\n`)
      shown = tenths
    },
    stop: () => undefined,
  }
}
