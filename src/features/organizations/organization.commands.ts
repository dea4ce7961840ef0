import { Organization } from './organization.js'
import type { UpdateOrganizationInput } from './organization.inputs.js'
import { assignGiven } from '../../model/assign-given.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { UserError } from '../../lib/user-error.js'

/** Filled by features whose documents fix the base currency: whether one exists. */
export const documentChecks: ((scope: ReadScope) => Promise<boolean>)[] = []

export async function updateOrganization(
  scope: WriteScope,
  { version, ...given }: UpdateOrganizationInput,
): Promise<Organization> {
  const organization = await scope.take(Organization, scope.organization.id, version)
  if (given.baseCurrency && given.baseCurrency !== organization.baseCurrency) {
    for (const exists of documentChecks) {
      if (await exists(scope))
        throw new UserError(
          'BASE_CURRENCY_FIXED',
          'The base currency is fixed once a document or an exchange rate exists.',
          'baseCurrency',
        )
    }
  }
  return scope.change(assignGiven(organization, given))
}
