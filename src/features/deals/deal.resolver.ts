import { Args, Ctx, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { bulkMutation, extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { User } from '../access/index.js'
import { Client, clientName } from '../clients/index.js'
import { withoutRate } from '../rates/index.js'
import { createDeal, deleteDeal, moveDeal, updateDeal } from './deal.commands.js'
import { CreateDealInput, MoveDealInput, UpdateDealInput } from './deal.inputs.js'
import { Deal } from './deal.js'
import { ownerName, stagePosition } from './deal.computed.js'
import { DealStage } from './deal-stage.js'
import { createDealStage, removeDealStage, reorderDealStages, updateDealStage } from './deal-stage.commands.js'
import {
  CreateDealStageInput,
  RemoveDealStageInput,
  ReorderDealStagesInput,
  UpdateDealStageInput,
} from './deal-stage.inputs.js'
import { listOf, type ListArguments } from '../../graphql/list.js'

export const dealList = listOf(Deal, {
  computed: [clientName, ownerName, stagePosition, withoutRate],
  filters: [
    'id',
    'clientId',
    'clientName',
    'title',
    'stageId',
    'category',
    'currency',
    'valueBase',
    'withoutRate',
    'probability',
    'expectedCloseOn',
    'closedOn',
    'ownerId',
    'ownerName',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: {
    EXPECTED_CLOSE_ON: 'expectedCloseOn',
    TITLE: 'title',
    CLIENT_NAME: 'clientName',
    OWNER_NAME: 'ownerName',
    STAGE_POSITION: 'stagePosition',
    CATEGORY: 'category',
    VALUE_BASE: 'valueBase',
    PROBABILITY: 'probability',
    CLOSED_ON: 'closedOn',
    CREATED_AT: 'id',
    UPDATED_AT: 'updatedAt',
  },
})
const stageList = listOf(DealStage, {
  filters: ['id', 'name', 'category', 'externalId', 'createdAt', 'updatedAt'],
  orders: { POSITION: 'position', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
})

@Resolver(() => DealStage)
export class DealStageResolver {
  @query('deals:read', () => DealStage, 'One stage of the pipeline.', { nullable: true })
  dealStage(@idArgument('stage') id: string, @Ctx() ctx: Context) {
    return ctx.byId(DealStage, id)
  }

  @query('deals:read', () => stageList.Connection, 'The stages of the pipeline, in their order.')
  dealStages(@Args(() => stageList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(DealStage, given)
  }

  @extension('deals:read', () => dealList.Connection, 'The deals that stand in it.')
  deals(@Root() stage: DealStage, @Args(() => dealList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Deal, given, { parent: { by: 'stageId', id: stage.id } })
  }

  @mutation('admin', DealStage, 'Add a stage at the end of the pipeline.')
  createDealStage(@input(() => CreateDealStageInput) given: CreateDealStageInput, @writeScope() scope: WriteScope) {
    return createDealStage(scope, given)
  }

  @mutation('admin', DealStage, 'Change a stage of the pipeline.')
  updateDealStage(@input(() => UpdateDealStageInput) given: UpdateDealStageInput, @writeScope() scope: WriteScope) {
    return updateDealStage(scope, given)
  }

  @bulkMutation('admin', DealStage, 'Put the stages of the pipeline into another order.')
  reorderDealStages(
    @input(() => ReorderDealStagesInput) given: ReorderDealStagesInput,
    @writeScope() scope: WriteScope,
  ) {
    return reorderDealStages(scope, given)
  }

  @mutation('admin', DealStage, 'Remove a stage from the pipeline; its deals move to another one.')
  removeDealStage(@input(() => RemoveDealStageInput) given: RemoveDealStageInput, @writeScope() scope: WriteScope) {
    return removeDealStage(scope, given)
  }
}

@Resolver(() => Deal)
export class DealResolver {
  @query('deals:read', () => Deal, 'One deal.', { nullable: true })
  deal(@idArgument('deal') id: string, @Ctx() ctx: Context) {
    return ctx.byId(Deal, id)
  }

  @query('deals:read', () => dealList.Connection, 'The deals with all clients.')
  deals(@Args(() => dealList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Deal, given)
  }

  @mutation('deals:write', Deal, 'Add a deal with a client.')
  createDeal(@input(() => CreateDealInput) given: CreateDealInput, @writeScope() scope: WriteScope) {
    return createDeal(scope, given)
  }

  @mutation('deals:write', Deal, 'Change a deal; its stage is changed by moveDeal.')
  updateDeal(@input(() => UpdateDealInput) given: UpdateDealInput, @writeScope() scope: WriteScope) {
    return updateDeal(scope, given)
  }

  @mutation(
    'deals:write',
    Deal,
    'Move a deal to another stage. A stage of the category WON or LOST closes it, an OPEN one opens it again.',
  )
  moveDeal(@input(() => MoveDealInput) given: MoveDealInput, @writeScope() scope: WriteScope) {
    return moveDeal(scope, given)
  }

  @mutation('deals:write', Deal, 'Delete a deal without quotes.')
  deleteDeal(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteDeal(scope, given)
  }
}

@Resolver(() => Client)
export class ClientDealsResolver {
  @extension('deals:read', () => dealList.Connection, 'The deals with the client.', { reads: ['id'] })
  deals(@Root() client: Client, @Args(() => dealList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Deal, given, { parent: { by: 'clientId', id: client.id } })
  }
}

@Resolver(() => User)
export class UserDealsResolver {
  @extension('deals:read', () => dealList.Connection, 'The deals the person works on.')
  deals(@Root() user: User, @Args(() => dealList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(Deal, given, { parent: { by: 'ownerId', id: user.id } })
  }
}
