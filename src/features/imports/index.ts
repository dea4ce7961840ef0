export { failedFileName, failedRowsFile } from './failed-rows.js'
export { ImportPlan, ImportRow } from './import-plan.js'
export { ImportMapping } from './import-mapping.js'
import { ImportResolver } from './import.resolver.js'

export const resolvers = [ImportResolver]
