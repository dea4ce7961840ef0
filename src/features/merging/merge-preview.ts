import { Field, Int, ObjectType } from 'type-graphql'
import type { Context } from '../../request/context.js'
import { readable } from '../../database/effects/activity-event.js'
import { snapshot } from '../../database/effects/snapshot.js'
import { badInput } from '../../model/errors.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import { Client, Contact } from '../clients/index.js'
import { contactOfLoser, LoserContact } from './loser-contact.js'
import { sideOf, takenBy, wonBy } from './merge-choice.js'
import { MergeField, mergeFields, MergeSide, type MergeableField } from './merge-field.js'
import { obstaclesOf } from './merge.commands.js'
import { clientEnds, countMoving } from './move.js'

@ObjectType({ description: 'A field of two clients that are to be merged.', simpleResolvers: true })
export class MergeChoice {
  @Field(() => MergeField, { description: 'The field.' })
  field: string

  @Field(() => String, {
    nullable: true,
    description: 'The value of the winner, as people write it; null for nothing.',
  })
  winner: string | null

  @Field(() => String, { nullable: true, description: 'The value of the loser, as people write it; null for nothing.' })
  loser: string | null

  @Field(() => MergeSide, {
    description:
      'The client whose value is taken without a choice: the winner, unless it has none; both for tags and notes.',
  })
  takes: MergeSide
}

@ObjectType({ description: 'How many records of a kind would move.', simpleResolvers: true })
export class MovingRecords {
  @Field(() => String, { description: 'The kind of record, such as Invoice.' })
  kind: string

  @Field(() => Int, { description: 'How many the key may read.' })
  count: number
}

@ObjectType({ description: 'Something that two clients cannot both keep.', simpleResolvers: true })
export class MergeConflict {
  @Field(() => String, { description: 'A stable code for programs, such as PRIMARY_CONTACT.' })
  code: string

  @Field(() => String, { description: 'The outcome for it, or the step that has to come first.' })
  message: string

  @Field(() => Boolean, { description: 'Whether they cannot be merged before somebody fixes it.' })
  blocks: boolean
}

@ObjectType({ description: 'The outcome of merging two clients; nothing is changed.', simpleResolvers: true })
export class ClientMergePreview {
  @Field(() => Client, { description: 'The client that would stay.' })
  winner: Client

  @Field(() => Client, { description: 'The client that would go.' })
  loser: Client

  @Field(() => [MergeChoice], { description: 'Every field that at least one of them has, with what would be taken.' })
  fields: MergeChoice[]

  @Field(() => [MovingRecords], { description: 'The records that would move, as far as the key may read them.' })
  moves: MovingRecords[]

  @Field(() => [MergeConflict], { description: 'The things that both cannot keep.' })
  conflicts: MergeConflict[]

  @Field(() => LoserContact, {
    nullable: true,
    description:
      'The contact that would be made, without a choice, of the e-mail address and the telephone of the loser; ' +
      'null where somebody else has them.',
  })
  contact: LoserContact | null
}

export async function previewMerge(ctx: Context, winnerId: string, loserId: string): Promise<ClientMergePreview> {
  const [winner, loser] = (await Promise.all(
    [winnerId, loserId].map(async id => {
      const client = await ctx.byId(Client, id, { whole: true })
      if (client.id !== id) throw badInput(`${id} was merged into ${client.id}: choose that one.`)
      return client
    }),
  )) as [Client, Client] // two, as asked for
  if (winner.id === loser.id) throw badInput('A client cannot be merged into itself; choose another one.')
  const { permissions } = ctx.access
  const { parameters, sql } = readable(permissions)
  const { counts, conflicts, contact } = await ctx.read('clients:read', async scope => {
    const ends = clientEnds().filter(({ record: { permission } }) => permission === null || permissions.has(permission))
    const isAbout = ({ fields }: EntityMetadata) => fields.some(({ name }) => name === 'subjectType')
    const found = await countMoving(scope, ends, loser.id, parameters ?? {}, record =>
      isAbout(record) ? ` AND ${sql.replace('subjectType', 'subject_type')}` : '',
    )
    const primaries = await scope.list(Contact, {
      sql: 't.primary = 1 AND t.clientId IN (:...ids)',
      parameters: { ids: [winner.id, loser.id] },
    })
    const gives = primaries.length > 1 ? primaries.find(({ clientId }) => clientId === loser.id) : undefined
    const yielding = gives
      ? [
          {
            code: 'PRIMARY_CONTACT',
            message: `Both have a primary contact: ${gives.name} stays a contact, but is no longer the primary one.`,
            blocks: false,
          },
        ]
      : []
    const blocking = (await obstaclesOf(scope, winner, loser)).map(({ code, message }) => ({
      code,
      message,
      blocks: true,
    }))
    return {
      counts: found,
      conflicts: [...blocking, ...yielding],
      contact: await contactOfLoser(scope, wonBy(winner, takenBy(winner, loser, [])), loser),
    }
  })
  const fields = await Promise.all(
    mergeFields.map(async field => ({
      field: field.name,
      winner: await describeField(ctx, winner, field),
      loser: await describeField(ctx, loser, field),
      takes: sideOf(field, winner, loser),
    })),
  )
  return {
    winner,
    loser,
    conflicts,
    contact,
    fields: fields.filter(choice => choice.winner !== null || choice.loser !== null),
    moves: [...counts].filter(([, count]) => count > 0).map(([kind, count]) => ({ kind, count })),
  }
}

/** A field of a client as people write it; null for nothing. */
async function describeField(ctx: Context, client: Client, { input, columns }: MergeableField): Promise<string | null> {
  const whole = (client as unknown as Record<string, unknown>)[input] // some have a getter, such as taxId
  if (columns.length > 1 && (whole === null || typeof whole === 'string')) return whole
  const values = snapshot(client)
  const texts = await Promise.all(
    columns.map(async ({ name, kind }) => {
      const value = values[name]
      if (typeof value === 'string') return kind === 'reference' ? ((await ctx.nameOf(value)) ?? value) : value
      if (typeof value === 'boolean') return value ? 'yes' : 'no'
      return Array.isArray(value) ? value.map(String) : typeof value === 'number' ? String(value) : []
    }),
  )
  return texts.flat().join(', ') || null
}
