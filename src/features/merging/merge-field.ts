import { declaredFields } from '../../graphql/declared-fields.js'
import { inputName } from '../../model/validate.js'
import { choices } from '../../model/choices.js'
import { metadataOf } from '../../model/entity-metadata.js'
import { relationOf, type FieldDefinition } from '../../model/field-definition.js'
import { snake } from '../../lib/snake.js'
import { Client, CreateClientInput } from '../clients/index.js'

/** A field that callers give a client. Two clients that are merged may each have their own value of it. */
export interface MergeableField {
  /** Its value of `MergeField`, such as OWNER. */
  name: string
  /** The name that callers give it under, such as ownerId or address. */
  input: string
  description: string
  /** The columns that hold it. */
  columns: readonly FieldDefinition[]
}

/** Fields that go with another one: a tax id means nothing without its country. */
const partOf: Readonly<Record<string, string>> = { taxIdCountry: 'taxId' }

/** Every field of Client that callers write, in the order of its columns; the id in another system comes last. */
function mergeableFields(): MergeableField[] {
  const given = new Map(declaredFields(CreateClientInput).map(({ name, description }) => [name, description]))
  const found = new Map<string, MergeableField & { columns: FieldDefinition[] }>()
  const columns = metadataOf(Client).fields
  const last = columns.filter(({ name }) => name === 'externalId')
  for (const column of [...columns.filter(each => !last.includes(each)), ...last]) {
    const [called = ''] = inputName(column).split('.')
    const input = partOf[called] ?? called
    const description = given.get(input)
    if (description === undefined) continue // an archived client, for instance, has its own verbs
    const name = snake(column.kind === 'reference' ? relationOf(column) : input).toUpperCase()
    const field = found.get(name) ?? { name, input, description, columns: [] }
    field.columns.push(column)
    found.set(name, field)
  }
  return [...found.values()]
}

export const mergeFields: readonly MergeableField[] = mergeableFields()

export const MergeField = choices(
  'MergeField',
  'A field of which two clients that are merged may each have their own value.',
  Object.fromEntries(mergeFields.map(({ name, description }) => [name, description])),
)

export const MergeSide = choices('MergeSide', 'The client whose value is taken, of two that are merged.', {
  WINNER: 'The client that stays.',
  LOSER: 'The client that goes.',
  BOTH: 'Both clients, for TAGS and NOTES alone: the tags of either, and the notes joined, those of the client that stays first.',
})
export type MergeSide = keyof typeof MergeSide

export interface Choice {
  /** A value of `MergeField`. */
  field: string
  from: MergeSide
}
