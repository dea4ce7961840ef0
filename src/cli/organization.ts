import { Option } from 'commander'
import { UserError } from '../lib/user-error.js'
import type { OrganizationFacts } from '../model/access.js'
import type { System } from '../request/system.js'

/** The option by which a command learns its organisation. */
export const organizationOption = () =>
  new Option('-o, --organization <name or id>', 'which organisation; needed only when there are several')

/** Returns the organisation with this id or name. If none is wanted, it returns the only one there is. */
export async function findOrganization(system: System, wanted?: string): Promise<OrganizationFacts> {
  const all = await system.organizations()
  const [first, second] = wanted ? all.filter(({ id, name }) => id === wanted || name === wanted) : all
  if (first && !second) return first
  const list = all.map(({ id, name }) => `  ${id}  ${name}`).join('\n')
  if (all.length === 0)
    throw new UserError(
      'NO_ORGANIZATION',
      'There is no organisation yet. Make one: clientela organizations create "My business"',
    )
  if (!wanted)
    throw new UserError(
      'ORGANIZATION_REQUIRED',
      `There are several organisations; choose one with --organization:\n${list}`,
    )
  throw new UserError(
    'NOT_FOUND',
    `${first ? 'Several organisations are' : 'No organisation is'} called ${wanted}; there are:\n${list}`,
  )
}
