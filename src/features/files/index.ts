import { clientRecords } from '../clients/index.js'
import { File } from './file.js'
import { FileResolver, subjectFilesResolvers } from './file.resolver.js'

export { File } from './file.js'
export { linkTo, longestLink, readLink, usualLink } from './file.link.js'

clientRecords.push(() => File)

export const resolvers = [FileResolver, ...subjectFilesResolvers()]
