import { pick, type Row } from './record.js'
import type { Json, Tenant } from './world.js'

/** The stages of an organisation's deals, in their order. */
export const pipelineOf = async (tenant: Tenant): Promise<Json[]> =>
  (await tenant.get('{ dealStages(first: 100) { nodes { id version name category position } } }')).dealStages.nodes

/** The stage of a category, by default its first. */
export const stageOf = (stages: readonly Json[], category: string, at = 0): Json =>
  stages.filter(each => each.category === category)[at]

export const moveDeal = (tenant: Tenant, deal: Row, to: Row, given: object = {}, fields?: string): Promise<Json> =>
  tenant.do('moveDeal', { ...pick(deal), stageId: to.id, ...given }, fields)
