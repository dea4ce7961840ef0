import type { Context } from '../../request/context.js'
import type { LinkKind } from '../../request/signed-link.js'
import { failedFileName, failedRowsFile } from './failed-rows.js'
import { ImportPlan } from './import-plan.js'
import { ImportRow } from './import-row.js'

const atOnce = 1000
const contentTypes = {
  CSV: 'text/csv',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Links to the wrong rows of an import, written as a file of the same format. */
export const failedRowsLink: LinkKind = {
  path: '/imports',
  gone: 'This import was deleted or is being planned again.',
  async open(ctx, id) {
    const plan = await ctx.readByKey('import', scope => scope.find(ImportPlan, id))
    if (!plan?.plannedAt) return null
    return {
      name: failedFileName(plan),
      contentType: contentTypes[plan.format],
      write: () => failedRowsFile(ctx.storage, plan, last => failedAfter(ctx, id, last)),
    }
  },
}

function failedAfter(ctx: Context, planId: string, last: number): Promise<ImportRow[]> {
  return ctx.read('import', scope =>
    scope.rowsOf(ImportRow, {
      where: [
        {
          sql: "t.planId = :planId AND t.action = 'ERROR' AND t.number > :last",
          parameters: { planId, last },
        },
      ],
      order: [{ sql: 't.number', direction: 'ASC' }],
      limit: atOnce,
    }),
  )
}
