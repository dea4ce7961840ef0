import { counted } from '../../lib/article.js'
import { assignGiven } from '../../model/assign-given.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { UserError } from '../../lib/user-error.js'
import type { Language } from '../organizations/index.js'
import { Deal } from './deal.js'
import { inPipelineOrder } from './deal.queries.js'
import { DealStage, StageCategory } from './deal-stage.js'
import type {
  CreateDealStageInput,
  RemoveDealStageInput,
  ReorderDealStagesInput,
  UpdateDealStageInput,
} from './deal-stage.inputs.js'

/** A board shows every stage, so there cannot be any number of them. */
export const stageLimit = 30

const usual = {
  CA: { OPEN: ['Nova', 'Contactada', 'Proposta enviada', 'En negociació'], WON: ['Guanyada'], LOST: ['Perduda'] },
  ES: { OPEN: ['Nueva', 'Contactada', 'Propuesta enviada', 'En negociación'], WON: ['Ganada'], LOST: ['Perdida'] },
  EN: { OPEN: ['New', 'Contacted', 'Proposal sent', 'In negotiation'], WON: ['Won'], LOST: ['Lost'] },
} as const satisfies Record<Language, Record<StageCategory, readonly string[]>>

/** The pipeline that a new organisation begins with, in its language. */
export async function addPipeline(scope: WriteScope, language: Language) {
  const stages = Object.values(StageCategory).flatMap(category =>
    usual[language][category].map(name => ({ name, category })),
  )
  for (const [at, stage] of stages.entries()) await scope.add(scope.make(DealStage, { ...stage, position: at + 1 }))
}

export async function createDealStage(scope: WriteScope, given: CreateDealStageInput): Promise<DealStage> {
  const stages = await takePipeline(scope)
  if (stages.length >= stageLimit)
    throw new UserError('DEAL_STAGES_TOO_MANY', `A pipeline can have at most ${stageLimit} stages; remove one first.`)
  return scope.add(assignGiven(scope.make(DealStage, { position: (stages.at(-1)?.position ?? 0) + 1 }), given))
}

/** A category changes only while no deal hangs on it: deals are won and lost one by one, each with its event. */
export async function updateDealStage(
  scope: WriteScope,
  { id, version, ...given }: UpdateDealStageInput,
): Promise<DealStage> {
  const stages = await takePipeline(scope)
  const stage = await scope.take(DealStage, id, version)
  const { category } = stage
  assignGiven(stage, given)
  if (stage.category !== category) {
    refuseIncomplete([...stages.filter(each => each.id !== id), stage], 'category')
    const deals = await dealsIn(scope, id)
    if (deals > 0)
      throw new UserError(
        'DEAL_STAGE_IN_USE',
        `${stage.name} has ${counted(deals, 'deals')}; move them to another stage before it becomes ${stage.category}.`,
        'category',
      )
  }
  return scope.change(stage)
}

export async function reorderDealStages(scope: WriteScope, { stageIds }: ReorderDealStagesInput): Promise<DealStage[]> {
  const stages = new Map((await takePipeline(scope)).map(stage => [stage.id, stage]))
  const ordered: DealStage[] = []
  for (const id of stageIds) ordered.push(stages.get(id) ?? (await scope.get(DealStage, id)))
  if (ordered.length !== stages.size || new Set(stageIds).size !== stages.size)
    throw new UserError(
      'DEAL_STAGES_MISMATCH',
      `The pipeline has ${stages.size} stages; send the id of each one once.`,
      'stageIds',
    )
  for (const [at, stage] of ordered.entries())
    await scope.change(Object.assign(stage, { position: at + 1 }), { verb: 'REORDERED' })
  return ordered
}

export async function removeDealStage(
  scope: WriteScope,
  { id, version, mergeIntoId }: RemoveDealStageInput,
): Promise<DealStage> {
  const stages = await takePipeline(scope)
  const heir = mergeIntoId
    ? (stages.find(each => each.id === mergeIntoId) ?? (await scope.get(DealStage, mergeIntoId)))
    : null
  const stage = await scope.take(DealStage, id, version)
  if (heir?.id === id)
    throw new UserError('MERGE_INTO_ITSELF', 'A stage cannot take its own deals; choose another stage.', 'mergeIntoId')
  refuseIncomplete(
    stages.filter(each => each.id !== id),
    'id',
  )
  const deals = await dealsIn(scope, id)
  if (deals > 0 && !heir)
    throw new UserError(
      'DEAL_STAGE_IN_USE',
      `${stage.name} still has ${counted(deals, 'deals')}; choose the stage that takes them.`,
      'mergeIntoId',
    )
  if (heir) {
    for (const deal of await scope.takeWhere(Deal, { sql: 't.stageId = :id', parameters: { id } }))
      await scope.change(deal, { verb: deal.move(heir, scope.today) })
  }
  await scope.remove(stage)
  return stage
}

/** The stages in their order. Every change of the pipeline locks all of them, so that it sees the changes before it. */
const takePipeline = async (scope: WriteScope) => inPipelineOrder(await scope.takeWhere(DealStage))

function refuseIncomplete(stages: readonly DealStage[], field: string) {
  const missing = Object.values(StageCategory).find(category => !stages.some(stage => stage.category === category))
  if (missing)
    throw new UserError(
      'PIPELINE_INCOMPLETE',
      `A pipeline needs a stage of each category, and this change leaves none that is ${missing}; add one first.`,
      field,
    )
}

const dealsIn = (scope: WriteScope, id: string) => scope.count(Deal, { sql: 't.stageId = :id', parameters: { id } })
