import type { ObjectLiteral } from 'typeorm'
import type { RecordRow } from '../../database/row.js'
import { clientImport } from './client-import.js'
import { contactImport } from './contact-import.js'
import type { ImportDescription } from './description.js'
import type { ImportKind } from './import-plan.js'

export type AnyDescription = ImportDescription<RecordRow & ObjectLiteral>

const descriptions = { CLIENT: clientImport, CONTACT: contactImport }

export const descriptionOf = (kind: ImportKind) => descriptions[kind] as unknown as AnyDescription // whoever holds one gives it rows of its own only
