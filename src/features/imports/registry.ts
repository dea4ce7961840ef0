import type { ObjectLiteral } from 'typeorm'
import { openChoices } from '../../model/choices.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { writeOf, type Permission } from '../../model/permission.js'
import type { RecordRow } from '../../model/row.js'
import type { AnyDescription, ImportDescription } from './description.js'
import type { RowValues } from './row-values.js'

/** Features add their kinds to it before the schema is built. */
const { names, add } = openChoices('ImportKind', 'The kinds of records that the rows of a spreadsheet can be.')
export const ImportKind = names
export type ImportKind = string

const descriptions = new Map<ImportKind, AnyDescription>()

/** Adds a kind of import; `meaning` is what the schema says of its rows. */
export function registerImport<T extends RecordRow & ObjectLiteral, V extends RowValues>(
  kind: ImportKind,
  meaning: string,
  description: ImportDescription<T, V>,
) {
  add(kind, meaning)
  descriptions.set(kind, description as unknown as AnyDescription) // the engine gives each description rows of its own only
}

/** In the order in which features registered them. */
export const importKinds = (): ImportKind[] => [...descriptions.keys()]

export function descriptionOf(kind: ImportKind): AnyDescription {
  const description = descriptions.get(kind)
  if (!description) throw new Error(`No feature has registered imports of ${kind}.`)
  return description
}

const permissionOf = (kind: ImportKind) => metadataOf(descriptionOf(kind).type).permission

/** A key that imports must be able to read clients, since most rows name one. */
const always: Permission = 'clients:read'

/** The permissions that reading a plan needs beside `import`, since its rows show what records hold. */
export const toReadPlansOf = (kind: ImportKind): Permission[] => [always, permissionOf(kind) ?? 'member']

/** The permissions that making, planning and writing a plan needs beside `import`. */
export const toWritePlansOf = (kind: ImportKind): Permission[] => [...toReadPlansOf(kind), writeOf(permissionOf(kind))]
