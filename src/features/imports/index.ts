export { failedFileName, failedRowsFile } from './failed-rows.js'
export { ImportPlan, ImportRow, ImportWrite } from './import-plan.js'
export { endAbandonedPlans, watchAbandonedPlans } from './abandoned-plans.js'
export { removeImport } from './import.commands.js'
export { ImportMapping } from './import-mapping.js'
import { blobTables } from '../../storage/blob-table.js'
import { ImportResolver } from './import.resolver.js'

blobTables.push({ table: 'import_plans', name: 'file_name', key: 'blob_key', size: 'file_size', sha256: 'file_sha256' })

export const resolvers = [ImportResolver]
