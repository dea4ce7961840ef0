import { Field, ObjectType } from 'type-graphql'
import type { ActivityEvent } from '../../database/effects/activity-event.js'
import { inBase } from '../../model/field.js'
import { spoken } from '../../model/record-name.js'
import { minuteIn } from '../../lib/calendar.js'
import { shortest } from '../../lib/decimal.js'
import { isId, prefixOf } from '../../lib/id.js'
import { isHistoryLine, describeLine } from '../purchasing/index.js'
import { metadataByPrefix } from '../../model/entity-metadata.js'
import type { FieldDefinition } from '../../model/field-definition.js'

@ObjectType({ description: 'A change of one field by an event, in words.', simpleResolvers: true })
export class FieldChange {
  @Field(() => String, {
    description: 'The field of the record, as the API spells it; `lines` for all lines of a document.',
  })
  field: string

  @Field(() => String, { description: 'The field in plain English, such as "due on".' })
  label: string

  @Field(() => String, {
    nullable: true,
    description:
      'The value before; null for nothing. Other records go by their name now, or by their id where they are gone or the key may not read them. Amounts have their currency, instants are in the time zone of the organisation, and lines stand one below the other.',
  })
  before: string | null

  @Field(() => String, { nullable: true, description: 'The value after, in the same words; null for nothing.' })
  after: string | null
}

export interface Wording {
  timeZone: string
  /** The name of the record with an id; null where the caller cannot read it. */
  nameOf: (id: string) => Promise<string | null>
}

type Values = Record<string, unknown>

export async function changesOf(
  { before, after, subjectId, itemId }: ActivityEvent,
  wording: Wording,
): Promise<FieldChange[]> {
  const fields = metadataByPrefix(prefixOf(itemId ?? subjectId))?.fields ?? []
  const definitions = new Map(fields.map(field => [field.name, field]))
  // A database may keep the members of a JSON object in an order of its own.
  const names = [...new Set([...definitions.keys(), ...Object.keys({ ...before, ...after })])]
  const changed = names.filter(name => JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null))
  const changes = await Promise.all(
    changed.map(async field => ({
      field,
      label: spoken(field),
      before: await describeValue(field, definitions.get(field), before ?? {}, wording),
      after: await describeValue(field, definitions.get(field), after ?? {}, wording),
    })),
  )
  return changes.filter(change => change.before !== null || change.after !== null)
}

/** The fields that an event changed, in plain English. */
export const changedLabels = ({ before, after }: ActivityEvent): string[] =>
  Object.keys({ ...before, ...after })
    .filter(name => JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null))
    .map(spoken)

/** A stored value as people write it. `values` are all of the same side, before or after. */
async function describeValue(
  field: string,
  definition: FieldDefinition | undefined,
  values: Values,
  wording: Wording,
): Promise<string | null> {
  const value = values[field]
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return describeList(field, value, values, wording)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value !== 'string') return JSON.stringify(value)
  switch (definition?.kind) {
    case 'reference':
      return (await wording.nameOf(value)) ?? value
    case 'money':
      return [value, currencyOf(definition, values)].filter(Boolean).join(' ')
    case 'decimal':
      return shortest(value)
    case 'instant':
      return minuteIn(wording.timeZone, new Date(value))
    default:
      return value
  }
}

async function describeList(field: string, list: unknown[], values: Values, wording: Wording): Promise<string | null> {
  if (list.length === 0) return null
  if (list.some(isHistoryLine))
    return list
      .map(each => (isHistoryLine(each) ? describeLine(each, values.currency) : JSON.stringify(each)))
      .join('\n')
  const names = field.endsWith('Ids')
    ? await Promise.all(
        list.map(async each =>
          typeof each === 'string' && isId(each) ? ((await wording.nameOf(each)) ?? each) : String(each),
        ),
      )
    : list.map(String)
  return names.join(', ')
}

/** Events older than this rule may hold an amount without its currency. */
function currencyOf({ currency = 'currency' }: FieldDefinition, values: Values): string | null {
  const code = currency === inBase ? null : values[currency]
  return typeof code === 'string' ? code : null
}
