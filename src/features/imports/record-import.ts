import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import type { OrganizationFacts } from '../../model/access.js'
import type { RecordRow } from '../../model/row.js'
import type { ReadScope, WriteScope } from '../../database/scope/write-scope.js'
import { withArticle } from '../../lib/article.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import { clientReferenceFields, findClients } from './client-reference.js'
import type { Claim, ImportDescription, ImportField, Written } from './description.js'
import type { RowReader } from './row-reader.js'
import { metadataOf } from '../../model/entity-metadata.js'

/** They may name a document, or what its client or a line of it is known by. */
const references = ['referència', 'referencia', 'reference']

export type Values = Record<string, unknown>

/** A number or code that no two records share. */
export interface Numbered<T> {
  field: 'number' | 'code'
  /** What nobody else may have, such as the number and the client that gave it. */
  keyOf(values: Values): string | null
  keyOfRecord(record: T): string
  /** Whether others may have it although this one does. */
  isFree?(given: { kind?: unknown; state?: unknown }): boolean
  /** Whether a record is known by it where no column of the file holds external ids, and by which other cells then. */
  with?: readonly string[]
}

/** What is special to a kind of record whose rows make new ones: a business with its history moves in by these. */
export interface Movable<T extends RecordRow & ObjectLiteral> {
  type: ClassType<T>
  /** What a person calls it. */
  noun: string
  /** Its fields beside its client and its external id. */
  fields: readonly ImportField[]
  /** Whether the cells name a client; otherwise what `refer` finds leads to one. */
  ofClient: boolean
  read(row: RowReader<T>, organization: OrganizationFacts): void
  /** Finds what a row refers to by name; refuses what is not there. */
  refer?(scope: ReadScope, rows: readonly RowReader<T>[]): Promise<void>
  /** What records that are there already have, by the names of fields, as `read` would have it; ids of what is named by `…Id`. */
  told(scope: ReadScope, records: readonly T[]): Promise<ReadonlyMap<string, Values>>
  title(values: Values): string | null
  /** Makes it with the commands of its feature, in the state that it has come to; tells of others that were made with it. */
  create(scope: WriteScope, values: Values, made: (other: RecordRow) => void): Promise<T>
  numbered?: Numbered<T>
  /** Kinds of records that a row makes and a later row of the file meets. */
  remembers?: ImportDescription<T>['remembers']
  calledIn?: ImportDescription<T>['calledIn']
  /** Of a kind with lines: what is one line. Rows that stand together and have one external id are one document; a file without lines can only tell of what is there. */
  line?(row: RowReader<T>): Values | undefined
}

function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(shown).join('; ')
  if (typeof value === 'object')
    return Object.values(value)
      .map(each => shown(each) ?? '')
      .join(' · ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What is named is compared by what it names. */
const isSame = (values: Values, before: Values, field: string) =>
  values[`${field}Id`] === undefined
    ? shown(values[field]) === shown(before[field])
    : values[`${field}Id`] === before[`${field}Id`]

export function recordImport<T extends RecordRow & ObjectLiteral>(
  kind: Movable<T>,
  externalIdHeaders: readonly string[],
): ImportDescription<T> {
  const { type, noun, ofClient, numbered } = kind
  const { prefix } = metadataOf(type)
  const spare = numbered?.with ? { spare: { headers: references, names: 'number' } } : {}
  const fields: readonly ImportField[] = [
    {
      name: 'id',
      identity: true,
      description: `The ${noun}'s id in Clientela, as an export has it; a row that has one is of that ${noun} and no other.`,
      headers: ['id', 'clientela id'],
      fits: text => isId(text, prefix),
    },
    {
      name: 'externalId',
      identity: true,
      required: !numbered?.with,
      description: `The ${noun}'s id in the system it came from: by it a row is known when the file comes again${numbered?.with ? '; where no column holds it, by the number' : ''}.`,
      headers: ['externalId', 'external id', 'id', ...externalIdHeaders],
      ...spare,
    },
    ...(ofClient ? clientReferenceFields : []),
    ...kind.fields,
  ]
  const compared = new Set(['clientId', 'lines', ...kind.fields.map(({ name }) => name)])
  const withExternalId = (scope: ReadScope, externalIds: readonly string[]): Promise<T[]> =>
    externalIds.length === 0
      ? Promise.resolve([])
      : scope.list(type, { sql: 't.externalId IN (:...externalIds)', parameters: { externalIds } })
  const withId = (scope: ReadScope, ids: readonly string[]): Promise<T[]> =>
    ids.length === 0 ? Promise.resolve([]) : scope.list(type, { sql: 't.id IN (:...ids)', parameters: { ids } })
  const ownIdOf = ({ values }: { values: Values }) => values.ownId as string | undefined // as read below
  const externalIdOf = ({ values }: { values: Values }) => values.externalId as string | undefined // as read below
  const clientOf = (record: T) => (record as { clientId?: string }).clientId // where the kind is of a client

  const aNoun = withArticle(noun, true)
  const isByNumber = (row: RowReader<T>) => Boolean(numbered?.with) && !row.has('externalId')
  const identifiedBy = (row: RowReader<T>) =>
    row.text('number') === null
      ? null
      : JSON.stringify(['number', ...(numbered?.with ?? [])].map(name => row.text(name)))
  const numberOf = ({ values }: { values: Values }) =>
    numbered ? (values[numbered.field] as string | undefined) : undefined // as read below

  const identity = (given: object, key: string) => `${numbered?.isFree?.(given) ? 'free ' : ''}${key}`
  const identityOf = ({ values }: { values: Values }) => identity(values, numbered?.keyOf(values) ?? '')

  /** The records that have numbers of these rows, by what tells them apart. */
  async function withNumbers(scope: ReadScope, rows: readonly { values: Values }[]): Promise<Map<string, T>> {
    const numbers = [...new Set(rows.flatMap(row => numberOf(row) ?? []))]
    const found =
      !numbered || numbers.length === 0
        ? []
        : await scope.list(type, { sql: `t.${numbered.field} IN (:...numbers)`, parameters: { numbers } })
    return new Map(found.map(record => [identity(record, numbered?.keyOfRecord(record) ?? ''), record]))
  }

  function refuseTakenNumber(row: RowReader<T>, holder: T) {
    const { field = 'number' } = numbered ?? {}
    const { externalId } = holder as { externalId?: string | null } // every record may carry one
    const advice = externalId
      ? 'the external id of that one'
      : 'leave out the column of external ids, and it is known by its number'
    row.refuseNew(
      `${field.toUpperCase()}_TAKEN`,
      `Another ${noun} has the ${field} ${numberOf(row) ?? ''} (${externalId ?? holder.id}); give another ${field}, or ${advice}.`,
      field,
    )
  }

  function numberClaims(values: Values): Claim[] {
    const key = numbered?.keyOf(values)
    const [field, number] = [numbered?.field ?? 'number', numberOf({ values })]
    if (!key || number === undefined || (numbered?.isFree?.(values) && values.externalId)) return []
    const message = `An earlier row of the file has the ${field} ${number}${kind.line ? `; the rows of one ${noun} stand together` : ''}; mend one of the two.`
    return [
      { key: `${field} ${identity(values, key)}`, code: `${field.toUpperCase()}_DUPLICATE_IN_FILE`, message, field },
    ]
  }

  return {
    type,
    fields,
    documentOf:
      kind.line &&
      (row => {
        const { lines: _lines, ownId: id, ...values } = row.values
        const [clientId, clientExternalId, clientTaxId] = clientReferenceFields.map(
          ({ name }) => row.text(name) ?? undefined,
        )
        return {
          id,
          ...values,
          clientId,
          clientExternalId,
          clientTaxId: clientTaxId?.toUpperCase().replace(/[^\p{L}\p{N}]/gu, ''),
        }
      }),
    groupOf: kind.line && (row => (isByNumber(row) ? identifiedBy(row) : row.text('externalId'))),

    read(row, organization) {
      row.take('id', undefined, { name: 'ownId', stays: true })
      row.take('externalId')
      if (!isByNumber(row) && !row.values.externalId)
        row.refuseNew(
          'EXTERNAL_ID_REQUIRED',
          `${aNoun} needs an external id, so that it is known when the file comes again.`,
          'externalId',
        )
      kind.read(row, organization)
      if (isByNumber(row) && row.lacks('number'))
        row.refuseNew(
          'EXTERNAL_ID_REQUIRED',
          `${aNoun} needs its number or an external id, so that it is known when the file comes again.`,
          'number',
        )
      const line = kind.line?.(row)
      if (line) row.values.lines = [line]
    },

    claims: row => [
      ...(externalIdOf(row)
        ? [
            {
              key: `externalId ${externalIdOf(row)}`,
              code: 'EXTERNAL_ID_DUPLICATE_IN_FILE',
              message: `An earlier row of the file has the external id ${externalIdOf(row)}${kind.line ? '; the rows of one document have to stand together' : '; keep one of them'}.`,
              field: 'externalId',
            },
          ]
        : []),
      ...numberClaims(row.values),
    ],

    async match(scope, rows) {
      if (ofClient) await findClients(scope, rows, noun)
      await kind.refer?.(
        scope,
        rows.filter(({ failed }) => !failed),
      )
      const known = new Map(
        (
          await withExternalId(
            scope,
            rows.flatMap(row => externalIdOf(row) ?? []),
          )
        ).map(record => [(record as { externalId?: string | null }).externalId, record]),
      ) // every record may carry one
      const own = new Map(
        (
          await withId(
            scope,
            rows.flatMap(row => ownIdOf(row) ?? []),
          )
        ).map(record => [record.id, record]),
      )
      const holders = await withNumbers(scope, rows)
      for (const row of rows) {
        const [id, externalId] = [ownIdOf(row), externalIdOf(row)]
        row.record = (id === undefined ? known.get(externalId) : own.get(id)) ?? null
        const holder = holders.get(identityOf(row))
        if (id === undefined && isByNumber(row)) row.record = holder ?? null
        else if (id === undefined && !row.record && holder && !numbered?.isFree?.(row.values))
          refuseTakenNumber(row, holder)
        if (id !== undefined && !row.record)
          row.refuse(
            'RECORD_UNKNOWN',
            `There is no ${noun} ${id.slice(0, 40)}; leave the cell empty to make a new one.`,
            'id',
          )
        else if (id !== undefined && externalId !== undefined && known.get(externalId)?.id !== row.record?.id)
          row.refuse(
            'IDENTITY_CONFLICT',
            `The ${noun} with this id has another external id; mend one of the two.`,
            'externalId',
          )
      }
    },

    async changes(scope, rows) {
      const there = await kind.told(
        scope,
        rows.flatMap(({ record }) => record ?? []),
      )
      return new Map(
        rows.map(row => {
          const given = Object.keys(row.values).filter(name => compared.has(name) && row.values[name] !== undefined)
          const before: Values | undefined = row.record
            ? { ...there.get(row.record.id), clientId: clientOf(row.record) }
            : undefined
          const changes = given
            .filter(field => !before || !isSame(row.values, before, field))
            .map(field => ({
              field,
              before: before ? shown(before[field] ?? before[`${field}Id`]) : null,
              after: shown(row.values[field]),
            }))
          if (before && changes.length > 0)
            row.refuse(
              'RECORD_DIFFERS',
              `This ${noun} is there already with ${changes.map(({ field, before: was }) => `${field} ${was ?? 'empty'}`).join(', ')}; change it in Clientela: an import of these only makes new ones.`,
              changes[0]?.field ?? null,
            )
          return [row, row.failed ? [] : changes]
        }),
      )
    },

    title: ({ values }) => kind.title(values),

    remembers: kind.remembers,
    calledIn: kind.calledIn,
    dryRun: (scope, row) => (row.record ? Promise.resolve() : kind.create(scope, row.values, () => undefined)),

    async refuseTaken(scope, rows) {
      const [holder] = await withExternalId(
        scope,
        rows.flatMap(row => (row.record ? [] : (externalIdOf(row) ?? []))),
      )
      if (holder)
        throw new UserError(
          'IMPORT_STALE',
          `${aNoun} with an external id of the file was made since the plan (${holder.id}); plan again.`,
          'id',
        )
    },

    async write(scope, rows) {
      const written: Written[] = []
      const warned = scope.warnings.length
      for (const { values, number } of rows) {
        const others: Written[] = []
        try {
          const record = await kind.create(scope, values, other => others.push({ record: other, before: null }))
          written.push({ record, before: null }, ...others)
          scope.warnings.splice(warned) // the plan told them, each of its row
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          throw new UserError(
            'IMPORT_REFUSED',
            `Row ${number}: ${error.message} (${error.code}) Nothing was written; mend the file and upload it again.`,
            'id',
          )
        }
      }
      return written
    },
  }
}
