import { blobTables } from '../../storage/blob-table.js'
import { linkKinds } from '../../request/signed-link.js'
import { clientRecords } from '../clients/index.js'
import { File } from './file.js'
import { fileLink } from './file.link.js'
import { FileResolver, subjectFilesResolvers } from './file.resolver.js'

export { File } from './file.js'

clientRecords.push(() => File)
linkKinds.push(fileLink)
blobTables.push({ table: 'files', name: 'name', key: 'blob_key', size: 'size', sha256: 'sha256' })

export const resolvers = [FileResolver, ...subjectFilesResolvers()]
