import { resolvers } from '../features/index.js'
import { schemaOf } from '../graphql/schema.js'
import { System } from '../request/system.js'
import { verify, type Difference } from '../verify/verify.js'
import { command, jsonOption, refuseNoDay } from './command.js'
import { findOrganization, organizationOption } from './organization.js'
import { print } from './output.js'
import { progressBar } from './progress.js'
import { withDatabase } from './with-database.js'

interface Given {
  json?: boolean
  organization?: string
  asOf?: string[]
}

export const verifyCommand = command('verify')
  .description(
    'Recompute every figure from raw rows, compare it with what the API answers, and report each difference.',
  )
  .addOption(jsonOption())
  .addOption(organizationOption())
  .option('--as-of <days>', 'days to verify besides today, separated by commas, such as 2026-01-31', (text: string) =>
    text.split(','),
  )
  .action(({ json, organization: wanted, asOf }: Given) =>
    withDatabase(async database => {
      asOf?.forEach(refuseNoDay)
      const system = new System(database)
      const chosen = wanted ? [await findOrganization(system, wanted)] : await system.organizations()
      const schema = await schemaOf(resolvers)
      const differences: Difference[] = []
      for (const organization of chosen) {
        const bar = progressBar(organization.name, json)
        const options = { schema, now: new Date(), days: asOf, progress: bar.update }
        differences.push(...(await verify(database, organization, options)))
        bar.stop()
      }
      print(json, { organizations: chosen.length, differences }, reportText(chosen.length, differences))
      if (differences.length > 0) process.exitCode = 3
    }),
  )

function reportText(count: number, differences: readonly Difference[]): string {
  if (differences.length === 0) return `All figures of ${count} organisation(s) are right.`
  const lines = differences.map(
    ({ organization, record, field, expected, found }) =>
      `${organization} ${record} ${field}: expected ${expected}, found ${found}`,
  )
  return [...lines, `${differences.length} differences.`].join('\n')
}
