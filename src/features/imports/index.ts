export { Delimiter } from './import.inputs.js'
export { ImportKind, TableEncoding } from './import-plan.js'
export { ImportPlan, ImportRow, ImportWrite } from './import-plan.js'
export { endAbandonedPlans, watchAbandonedPlans } from './abandoned-plans.js'
export { removeImport } from './import.commands.js'
export { ImportMapping } from './import-mapping.js'
import { blobTables } from '../../storage/blob-table.js'
import { linkKinds } from '../../request/signed-link.js'
import { failedRowsLink } from './failed-rows.link.js'
import { ImportResolver } from './import.resolver.js'

linkKinds.push(failedRowsLink)
blobTables.push({ table: 'import_plans', name: 'file_name', key: 'blob_key', size: 'file_size', sha256: 'file_sha256' })

export const resolvers = [ImportResolver]
