import type { ReadScope } from '../../database/scope/write-scope.js'
import type { SumPart } from '../../model/money.js'
import { readSum, safeSum } from '../../lib/decimal.js'
import { StageCategory, type DealStage } from './deal-stage.js'
import { Deal } from './deal.js'
import type { Condition } from '../../model/condition.js'

export const inPipelineOrder = (stages: readonly DealStage[]) =>
  [...stages].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))

/** The rules of the groups of deals over a deal's columns. Shared by counts and lists, so that they agree. */
export function dealRules(column: (name: string) => string): Record<StageCategory, string> {
  const rule = (category: StageCategory) => `${column('category')} = '${category}'`
  return { OPEN: rule('OPEN'), WON: rule('WON'), LOST: rule('LOST') }
}

/** The deals of a group, as a condition of a list. */
export const inDealGroup = (category: StageCategory): Condition => ({ sql: dealRules(name => `t.${name}`)[category] })

/**
 * The sums of a group of deals, over their columns. Values are weighted in hundredths, so that each sum is rounded once
 * (`moneySum` with `weightScale`). They come as text, since a number may not hold them exactly.
 */
export function dealSums(column: (name: string) => string) {
  const [value, base, probability] = [column('value'), column('valueBase'), column('probability')]
  return {
    count: 'COUNT(*)',
    value: `SUM(${value})`,
    base: `COALESCE(SUM(${base}), 0)`,
    weighted: `CAST(SUM(${value} * ${probability}) AS CHAR)`,
    weightedBase: `CAST(COALESCE(SUM(${base} * ${probability}), 0) AS CHAR)`,
    withoutRate: `SUM(CASE WHEN ${base} IS NULL THEN 1 ELSE 0 END)`,
  }
}

/** By how much weighted sums are too large until they are rounded: probabilities are percents. */
export const weightScale = 100n

/** Deals of one client or stage, category and currency. */
export interface DealGroup {
  /** The id of the client or stage. */
  of: string
  category: StageCategory
  count: number
  value: SumPart
  /** In hundredths. */
  weighted: SumPart
}

/** The deals of many clients or stages, in one statement. */
export async function dealGroups(
  scope: ReadScope,
  by: 'clientId' | 'stageId',
  ...conditions: Condition[]
): Promise<DealGroup[]> {
  const keys = { of: `t.${by}`, category: 't.category', currency: 't.currency' }
  const rows = await scope.raw<
    Record<'of' | 'currency' | keyof ReturnType<typeof dealSums>, string | number> & { category: StageCategory }
  >(Deal, { ...keys, ...dealSums(property => `t.${property}`) }, { where: conditions, groupBy: Object.values(keys) })
  return rows.map(({ of, category, currency, count, value, base, weighted, weightedBase, withoutRate: lacking }) => {
    const shared = { currency: String(currency), withoutRate: readSum(lacking) }
    return {
      of: String(of),
      category,
      count: Number(count),
      value: { ...shared, amount: safeSum(readSum(value)), base: safeSum(readSum(base)) },
      weighted: { ...shared, amount: readSum(weighted), base: readSum(weightedBase) },
    }
  })
}
