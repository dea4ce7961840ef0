import type { ClassType } from 'type-graphql'
import { openChoices } from '../model/choices.js'
import { metadataOf, type EntityMetadata } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

const lists = new Map<string, EntityMetadata>()
const { names, add } = openChoices('SavedViewList', 'A list of which views can be saved.')

/** Filled by `listOf`. A list is called as its query is: `timeEntries` becomes TIME_ENTRIES. */
export const SavedViewList = names

/** The lists that views can be saved of, with what they list. */
export const savedLists = (): ReadonlyMap<string, EntityMetadata> => lists

/** Lets views be saved of a list. */
export function offerViews(type: ClassType<Row>) {
  const record = metadataOf(type)
  const list = record.table.toUpperCase()
  lists.set(list, record)
  add(list, `\`${record.table.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())}\`.`)
}

/** Records of a client: people work with lists of these, and others are settings or what stands behind a record. */
export const isOfClient = ({ fields }: EntityMetadata) =>
  fields.some(({ name, kind }) => name === 'clientId' && kind === 'reference')
