import { blobTables } from '../../storage/blob-table.js'
import { clientRecords } from '../clients/index.js'
import { File } from './file.js'
import { FileResolver, subjectFilesResolvers } from './file.resolver.js'

export { File } from './file.js'
export { linkTo, longestLink, readLink, usualLink } from './file.link.js'

clientRecords.push(() => File)
blobTables.push({ table: 'files', name: 'name', key: 'blob_key', size: 'size', sha256: 'sha256' })

export const resolvers = [FileResolver, ...subjectFilesResolvers()]
