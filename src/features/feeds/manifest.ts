import type { Context } from '../../request/context.js'
import { formats } from '../../lib/table/write.js'
import { feedTables, positionOf } from './feed.js'
import type { FeedColumn, FeedTable } from './feed-table.js'

const describe = ({ name, type, nullable, description, permission }: FeedColumn) => ({
  name,
  type,
  nullable,
  description,
  ...(permission ? { permission } : {}),
})

const tableOf = ({ name, description, permission, key, columns, isReplaced, belongsBy }: FeedTable) => ({
  name,
  description,
  address: `/export/v1/${name}.{format}`,
  permissions: [permission, 'export'].filter(each => each !== null),
  key,
  ...(isReplaced ? { replacedBy: belongsBy } : {}),
  columns: columns.map(describe),
})

/** The tables that programs can pull. A table or column stays once it is here; more may come. */
export async function manifestOf(ctx: Context) {
  const { name, baseCurrency, timeZone } = ctx.access.organization
  const position = await ctx.read('export', positionOf)
  return {
    version: 1,
    organization: { name, baseCurrency, timeZone },
    today: ctx.today,
    watermark: new Date(position).toISOString(),
    formats: Object.keys(formats),
    incremental: {
      parameter: 'cursor',
      header: 'X-Clientela-Cursor',
      description:
        'Send the cursor of the last pull to get what changed since: rows that are new or different whole, and of what is gone its key with deleted_at. updatedSince takes an instant instead: X-Clientela-Watermark of the last pull, or any other for a beginning.',
    },
    tables: feedTables().map(tableOf),
  }
}
