import { SingleBar } from 'cli-progress'
import { Command, InvalidArgumentError } from 'commander'
import { connect, environmentHelp, explain } from './connect.js'
import { balances, told } from './northwind/balances.js'
import { readNorthwind } from './northwind/files.js'
import { loadNorthwind } from './northwind/load.js'

interface Options {
  asOf: string
  concurrency: number
}

new Command('npm run example:northwind --')
  .description(
    'Loads the Northwind sample database into an organisation: its customers become clients, its orders purchase orders and invoices. It can be run again: what is there already is left as it is.',
  )
  .argument('<folder>', 'where customers.csv, products.csv, orders.csv and order-details.csv are')
  .option('--as-of <day>', 'the day whose balances are printed', readDay, '1998-05-06')
  .option('--concurrency <number>', 'how many orders to load at a time, 1 to 64', readNumber, 8)
  .addHelpText('after', `${environmentHelp}\n\nThe key needs clients:write, orders:write and invoices:write.`)
  .showHelpAfterError()
  .action(async (folder: string, { asOf, concurrency }: Options) => {
    try {
      await run(folder, asOf, concurrency)
    } catch (error) {
      console.error(explain(error))
      process.exitCode = 1
    }
  })
  .parse()

async function run(folder: string, asOf: string, concurrency: number) {
  const api = connect()
  const northwind = await readNorthwind(folder)
  const bar = new SingleBar({
    format: 'Loading {bar} {percentage}% | {value} of {total} customers and orders | {eta_formatted} left',
    noTTYOutput: true,
    // Its «graceful exit» swallows the first Ctrl-C; without it there must be nothing to restore.
    gracefulExit: false,
    linewrap: null,
  })
  const start = performance.now()
  try {
    bar.start(northwind.customers.length + northwind.orders.length, 0)
    await loadNorthwind(api, northwind, { concurrency, onProgress: done => bar.update(done) })
  } finally {
    bar.stop()
  }
  console.log(
    `${northwind.customers.length} customers and ${northwind.orders.length} orders are loaded, in ${((performance.now() - start) / 1000).toFixed(1)} s.\n`,
  )
  console.log(told(await balances(api, northwind.customers, asOf), asOf))
}

function readDay(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('It is no date such as 1998-05-06.')
  return text
}

function readNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 64)
    throw new InvalidArgumentError('It is no number from 1 to 64.')
  return number
}
