export { chosenColumns, cursorOf, feedTables, openFeed, readCursor, type Since } from './feed.js'
export { countList, listTables, openList, usualColumns, type ListChoice } from './list-export.js'
export { manifestOf } from './manifest.js'
export { openApi } from './openapi.js'

import { ClientSummaryResolver } from './client-summary.js'

export const resolvers = [ClientSummaryResolver]
