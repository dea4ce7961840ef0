import { Ctx, Resolver } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { input, mutation, query, writeScope } from '../../graphql/operation.js'
import { Organization } from './organization.js'
import { updateOrganization } from './organization.commands.js'
import { UpdateOrganizationInput } from './organization.inputs.js'

@Resolver(() => Organization)
export class OrganizationResolver {
  @query('member', () => Organization, 'The organisation that the key belongs to.')
  organization(@Ctx() ctx: Context) {
    return ctx.one(Organization, ctx.access.organization.id)
  }

  @mutation('admin', Organization, 'Change the settings of the organisation.')
  updateOrganization(
    @input(() => UpdateOrganizationInput) given: UpdateOrganizationInput,
    @writeScope() scope: WriteScope,
  ) {
    return updateOrganization(scope, given)
  }
}
