import { Field, ID, Int, ObjectType } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { MoneySum } from '../../model/money.js'
import { Client, Contact } from '../clients/index.js'
import { File } from '../files/index.js'
import { Interaction } from '../interactions/index.js'
import { ClientMerge } from '../merging/index.js'
import { openMatters } from './erasure.due.js'
import { ErasedRecords, whatHappens, type ErasableKind } from './erasure.js'
import { keptOf } from './erasure.kept.js'
import {
  erasedEvents,
  erasedInteraction,
  isClientId,
  mergesInto,
  ofClient,
  personOf,
  plansAbout,
  viewsAbout,
} from './erasure.person.js'
import { countsOf, writingsAbout } from './erasure.writings.js'

@ObjectType({ description: 'Records of one kind that wait for something.', simpleResolvers: true })
export class OpenRecords {
  @Field(() => String, {
    description:
      'The kind of record, such as Invoice; Credit for payments and credit notes of which something is left.',
  })
  kind: string

  @Field(() => Int, { description: 'How many.' })
  count: number

  @Field(() => String, { description: 'The thing they wait for, in plain English.' })
  what: string

  @Field(() => MoneySum, {
    nullable: true,
    description: 'The amount that is due or left of them, or their value; null for records without an amount.',
  })
  amount: MoneySum | null

  @Field(() => Boolean, {
    description: 'Whether money is owed, to us or by us, so that `erasePerson` is refused without `despiteDue`.',
  })
  isDue: boolean
}

@ObjectType({ description: 'The outcome of erasing a person; nothing is changed.', simpleResolvers: true })
export class ErasurePreview {
  @Field(() => String, { description: 'Client or Contact.' })
  recordType: string

  @Field(() => ID, { description: 'The id of the client or the contact.' })
  recordId: string

  @Field(() => Int, { description: 'Its version, which `erasePerson` takes.' })
  version: number

  @Field(() => [ErasedRecords], { description: 'The records that would be removed, or emptied of personal data.' })
  erases: ErasedRecords[]

  @Field(() => [ErasedRecords], { description: 'The records that would stay as they are, and why.' })
  keeps: ErasedRecords[]

  @Field(() => [OpenRecords], {
    description:
      'The matters still open with the client today, as far as the key may read them. ' +
      'None for a contact, whose client stays.',
  })
  open: OpenRecords[]
}

export function previewErasure(ctx: Context, personId: string): Promise<ErasurePreview> {
  return ctx.read(['admin', 'clients:read'], async scope => {
    const subject = isClientId(personId) ? await scope.get(Client, personId) : await scope.get(Contact, personId)
    const isClient = subject instanceof Client
    return {
      recordType: isClient ? 'Client' : 'Contact',
      recordId: subject.id,
      version: subject.version,
      ...(await outcome(scope, subject)),
      open: isClient ? await openMatters(scope, subject.id) : [],
    }
  })
}

async function outcome(scope: ReadScope, subject: Client | Contact): Promise<Pick<ErasurePreview, 'erases' | 'keeps'>> {
  const person = await personOf(scope, subject, await scope.list(ClientMerge, mergesInto(subject)))
  const { clientId, isClient, contacts, merges } = person
  const plans = await plansAbout(scope, person)
  const views = await viewsAbout(scope, person)
  const events = new Set<string>()
  for await (const [event] of erasedEvents(
    scope,
    person,
    [...plans, ...views].map(({ id }) => id),
  ))
    events.add(event.id)
  const counts: Record<ErasableKind, number> = {
    Contact: contacts.length,
    Interaction: (await scope.list(Interaction, ofClient(clientId))).filter(found => erasedInteraction(found, person))
      .length,
    File: isClient ? await scope.count(File, ofClient(clientId)) : 0,
    Client: isClient ? 1 : 0,
    ImportPlan: plans.length,
    ClientMerge: merges.length,
    SavedView: views.length,
    Project: 0,
    Task: 0,
    TimeEntry: 0,
    Deal: 0,
    Payment: 0,
    ...Object.fromEntries(countsOf(await writingsAbout(scope, person))),
    ActivityEvent: events.size,
  }
  const erases = (Object.entries(counts) as [ErasableKind, number][])
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => ({ kind, count, what: whatHappens(kind, isClient) })) // its own keys
  return { erases, keeps: await keptOf(scope, person) }
}
