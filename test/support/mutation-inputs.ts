import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLInputObjectType,
} from 'graphql'
import { entities } from '../../src/model/entity-metadata.js'
import type { Furniture } from './furnish.js'
import { schema } from './walk.js'
import type { Json, World } from './world.js'

/** The name of the input type of a mutation. */
export function inputTypeOf(mutation: string): GraphQLInputObjectType {
  const type = schema.getMutationType()?.getFields()[mutation]?.args[0]?.type
  const named = type && getNamedType(type)
  if (!isInputObjectType(named)) throw new Error(`${mutation} has no input.`)
  return named
}

// Values that are told apart inside one organisation only, and thus the same in every one.
const shared: Record<string, unknown> = { taxId: 'B58378431', series: 'CAN', supplierNumber: 'S-1' }
const untouched = new Set(['columns', 'scopes', 'taxIdCountry', 'country', 'currency', 'lines', 'externalNumber'])

/** An input with a canary in every text that it takes; ids, numbers and dates only as given. */
export function withCanaries(type: GraphQLInputObjectType, canary: string, given: object = {}): Record<string, Json> {
  const made: Record<string, unknown> = {}
  for (const field of Object.values(type.getFields())) {
    const named = getNamedType(field.type)
    const text = textFor(named.name, field.name, canary)
    const bare = isNonNullType(field.type) ? field.type.ofType : field.type
    if (isInputObjectType(named) && !isListType(bare) && isRequiredInputField(field))
      made[field.name] = withCanaries(named, canary)
    else if (text !== undefined && !untouched.has(field.name)) made[field.name] = isListType(bare) ? [text] : text
  }
  return { ...made, ...given }
}

function textFor(type: string, name: string, canary: string): unknown {
  if (name in shared) return shared[name]
  if (name === 'externalId') return 'EXT-1'
  if (type === 'String') return `${canary} ${name}`
  if (type === 'Upload') return new File([`${canary} bytes`], `${canary} file.txt`)
  if (type === 'EmailAddress') return 'the.same@example.com'
  return type === 'URL' ? `https://${canary}.example/` : undefined
}

/** Which kind of record an argument such as `clientId` names. */
export function kindOf(mutation: string, argument: string): string {
  const byName: Record<string, string> = {
    clientId: 'Client',
    ownerId: 'User',
    userId: 'User',
    assigneeId: 'User',
    projectId: 'Project',
    invoiceId: 'Invoice',
    paymentId: 'Payment',
    creditNoteId: 'Invoice',
    correctsId: 'Invoice',
    timeEntryIds: 'TimeEntry',
    subjectId: 'Client',
    contactIds: 'Contact',
    importId: 'ImportPlan',
    mappingId: 'ImportMapping',
    savedViewId: 'SavedView',
    winnerId: 'Client',
    loserId: 'Client',
    otherId: 'Client',
    personId: 'Client',
    mergeId: 'ClientMerge',
    stageId: 'DealStage',
    stageIds: 'DealStage',
    mergeIntoId: 'DealStage',
    dealId: 'Deal',
  }
  const kind =
    argument === 'id'
      ? mutation === 'setRate'
        ? 'Invoice'
        : String(schema.getMutationType()?.getFields()[mutation]?.type).replace(/Payload!?$/, '')
      : byName[argument]
  if (!kind) throw new Error(`Say in kindOf which record ${mutation}.${argument} names.`)
  return kind
}

export interface Link {
  name: string
  kind: string
  list: boolean
  required: boolean
}

/** The arguments of a mutation that name a record. */
export const linksOf = (mutation: string): Link[] =>
  Object.values(inputTypeOf(mutation).getFields())
    .filter(({ name }) => /^id$|Ids?$/.test(name) && !['externalId', 'taxId'].includes(name))
    .map(({ name, type }) => {
      const bare = isNonNullType(type) ? type.ofType : type
      return { name, kind: kindOf(mutation, name), list: isListType(bare), required: isNonNullType(type) }
    })

/** A whole input for a mutation on records of our own, but for one link, which leads to `id`. */
export async function inputFor(
  world: World,
  ours: Furniture,
  mutation: string,
  link?: Link,
  id?: string,
): Promise<Record<string, Json>> {
  const fields = Object.keys(inputTypeOf(mutation).getFields())
  const free: Record<string, string> = {
    updateInvoice: link?.name === 'correctsId' ? ours.draftNote : ours.draft,
    updateTimeEntry: ours.freeTime,
  }
  const own = (kind: string) => free[mutation] ?? ours.byType[kind] ?? ''
  const ids = Object.fromEntries(
    linksOf(mutation)
      .filter(({ required }) => required)
      .map(({ name, kind, list }) => [name, list ? [own(kind)] : own(kind)]),
  )
  const changed = mutation === 'updateOrganization' ? ours.byType.Organization : ids.id
  const known = {
    ...ids,
    clients: [{ id: own('Client'), version: await versionOf(world, ours.byType.Client ?? '') }],
    version: changed ? await versionOf(world, String(changed)) : 1,
    winnerVersion: await versionOf(world, own('Client')),
    loserVersion: await versionOf(world, own('Client')),
    minutes: 5,
    amount: '1',
    value: '1',
    category: 'OPEN',
    scopes: ['clients:read'],
    ...(/Rate/.test(mutation)
      ? {
          currency: 'GBP',
          day: '2026-03-02',
          rate: '1.18',
          rates: [{ currency: 'GBP', day: '2026-03-03', rate: '1.19' }],
        }
      : {}),
    ...(link?.name === 'correctsId' && mutation === 'createInvoice' ? { type: 'CREDIT_NOTE' } : {}),
    externalId: undefined,
    externalNumber: undefined,
    supplierNumber: undefined,
    series: undefined,
    taxId: undefined,
    email: mutation.endsWith('User') ? 'new@example.com' : undefined,
    ...(link ? { [link.name]: link.list ? [id] : id } : {}),
  }
  const whole = withCanaries(
    inputTypeOf(mutation),
    'change',
    Object.fromEntries(Object.entries(known).filter(([name]) => fields.includes(name))),
  )
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined))
}

/** The version of a record as it is now. */
export async function versionOf({ database }: World, id: string): Promise<number> {
  const table = entities().find(({ prefix }) => id.startsWith(`${prefix}_`))?.table
  const [row] = await database.read.query<{ version: number }[]>(`SELECT version FROM ${table} WHERE id = '${id}'`)
  return row?.version ?? 1
}
