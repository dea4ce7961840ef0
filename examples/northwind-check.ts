import { Command } from 'commander'
import { connect, environmentHelp, explain } from './connect.js'
import { compare } from './northwind-check/compare.js'
import { Expectation } from './northwind-check/expected.js'

const usualDays = ['1996-07-03', '1996-07-18', '1996-12-31', '1997-06-30', '1998-05-06', '1998-05-20', '1998-05-21']

new Command('npm run example:northwind:check --')
  .description(
    'Computes what every client of the Northwind sample database ordered, was invoiced, paid and owes on several days and today, from the files alone, and compares it to the cent with what the API says.',
  )
  .argument('<folder>', 'where customers.csv, orders.csv and order-details.csv are')
  .option('--days <day...>', 'the days to compare, beside today', usualDays)
  .addHelpText('after', `${environmentHelp}\n\nExit codes: 0 all equal, 1 not equal or not compared.`)
  .showHelpAfterError()
  .action(async (folder: string, { days }: { days: string[] }) => {
    try {
      const { compared, differences, days: done } = await compare(connect(), Expectation.read(folder), days)
      for (const difference of differences) console.log(difference)
      console.log(
        `${compared} figures on ${done.join(', ')}: ${differences.length === 0 ? 'all equal' : `${differences.length} differences`}.`,
      )
      if (differences.length > 0 || compared === 0) process.exitCode = 1
    } catch (error) {
      console.error(explain(error))
      process.exitCode = 1
    }
  })
  .parse()
