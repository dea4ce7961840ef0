import { Arg, Args, Ctx, Field, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Context } from '../../request/context.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import type { Condition } from '../../model/condition.js'
import { listOf, type ListArguments } from '../../graphql/list.js'
import { extension, idArgument, input, mutation, query, writeScope } from '../../graphql/operation.js'
import { RecordVersion } from '../../graphql/record-input.js'
import { linkTo, longestLink, usualLink } from '../../request/signed-link.js'
import { failedRowsLink } from './failed-rows.link.js'
import { commitImport, isLarge } from './import-commit.js'
import { undoImport } from './import-undo.js'
import { ImportMapping } from './import-mapping.js'
import { deleteImportMapping, keepImportMapping } from './import-mapping.commands.js'
import { ImportPlan } from './import-plan.js'
import { ImportRow } from './import-row.js'
import { cancelImport, createImport, deleteImport, planImport, preparePlanning } from './import.commands.js'
import { CommitImportInput, CreateImportInput, KeepImportMappingInput, PlanImportInput } from './import.inputs.js'
import { receiveTable } from './receive-table.js'
import { descriptionOf, ImportKind, importKinds, toReadPlansOf } from './registry.js'

@ObjectType('ImportFieldDescription', {
  description: 'A field that the columns of a spreadsheet can go to.',
  simpleResolvers: true,
})
export class ImportFieldDescription {
  @Field(() => String, { description: 'Its name, for `columns`.' })
  name: string

  @Field(() => String, { description: 'A description of the values in its cells.' })
  description: string

  @Field(() => Boolean, { description: 'Whether a new record needs it.' })
  required: boolean

  @Field(() => [String], {
    description: 'Headers that mean it, in Catalan, Spanish and English; case, accents and signs do not count.',
  })
  headers: string[]
}

const planList = listOf(ImportPlan, {
  filters: [
    'id',
    'kind',
    'state',
    'fileName',
    'authorType',
    'authorId',
    'committedAt',
    'externalId',
    'createdAt',
    'updatedAt',
  ],
  orders: { CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
  direction: 'DESC',
})
const rowList = listOf(ImportRow, { filters: ['number', 'action', 'title', 'recordId'], orders: { NUMBER: 'number' } })
const mappingList = listOf(ImportMapping, {
  filters: ['id', 'kind', 'name', 'externalId', 'createdAt', 'updatedAt'],
  orders: { NAME: 'nameFolded', CREATED_AT: 'id', UPDATED_AT: 'updatedAt' },
})

/** Lists only plans of kinds that the caller may read, since their rows show records. */
const seen = ({ access: { permissions } }: Context): Condition[] => [
  {
    sql: 't.kind IN (:...kinds)',
    parameters: {
      kinds: [
        '',
        ...importKinds().filter(kind => toReadPlansOf(kind).every(permission => permissions.has(permission))),
      ],
    },
  },
]

@Resolver(() => ImportPlan)
export class ImportResolver {
  @query('import', () => [ImportFieldDescription], 'The fields that the columns of a spreadsheet can go to.', {
    size: 30,
  })
  importFields(
    @Arg('kind', () => ImportKind, { description: 'The kind of record that the rows are.' }) kind: ImportKind,
    @Ctx() ctx: Context,
  ): ImportFieldDescription[] {
    ctx.allow('import')
    return descriptionOf(kind).fields.map(({ name, description, required = false, headers }) => ({
      name,
      description,
      required,
      headers: [...headers],
    }))
  }

  @query('import', () => ImportPlan, 'One import; needs the permission to read its kind of record.', { nullable: true })
  importPlan(@idArgument('import') id: string, @Ctx() ctx: Context) {
    return ctx.byId(ImportPlan, id)
  }

  @query(
    'import',
    () => planList.Connection,
    'The imports of the last week, of the kinds of record that the key may read.',
  )
  importPlans(@Args(() => planList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ImportPlan, given, { conditions: seen(ctx) })
  }

  @extension('import', () => rowList.Connection, 'Its rows, as planned.')
  rows(@Root() plan: ImportPlan, @Args(() => rowList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ImportRow, given, { parent: { by: 'planId', id: plan.id } })
  }

  @extension(
    'import',
    () => String,
    'The path of its wrong rows on the server that answers. ' +
      'They are a file of the same kind, to fix and to import again. Its last column says what is wrong. ' +
      'Anybody who has the path can read the file without a key until the path expires. ' +
      'Null where there are none.',
    { nullable: true },
  )
  failedRowsUrl(
    @Root() plan: ImportPlan,
    @Arg('expiresIn', () => Int, {
      defaultValue: usualLink,
      description: `How many seconds it works, 1 to ${longestLink}.`,
    })
    expiresIn: number,
    @Ctx() ctx: Context,
  ) {
    return plan.plannedAt && plan.errorCount > 0 ? linkTo(failedRowsLink, plan, ctx, expiresIn) : null
  }

  @query('import', () => mappingList.Connection, 'Kept mappings of columns.')
  importMappings(@Args(() => mappingList.Arguments) given: ListArguments, @Ctx() ctx: Context) {
    return ctx.page(ImportMapping, given)
  }

  // The permission to write depends on the kind of record; the commands check it.
  @mutation(
    'import',
    ImportPlan,
    'Upload a spreadsheet and recognise its columns. ' +
      'Needs the permission to write its kind of record; so does every later step.',
    { prepare: receiveTable, cost: { whole: 100 } },
  )
  createImport(
    @input(() => CreateImportInput) given: Parameters<typeof createImport>[1],
    @writeScope() scope: WriteScope,
  ) {
    return createImport(scope, given)
  }

  @mutation(
    'import',
    ImportPlan,
    'Compare each row with what is there, in the background; nothing is written. ' +
      '`progress` and `state` say how far it is. You can plan again with other columns.',
    { prepare: preparePlanning, cost: { whole: 100 } },
  )
  planImport(@input(() => PlanImportInput) given: Parameters<typeof planImport>[1], @writeScope() scope: WriteScope) {
    return planImport(scope, given)
  }

  @mutation('import', ImportPlan, 'Stop planning.')
  cancelImport(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return cancelImport(scope, given)
  }

  @mutation(
    'import',
    ImportPlan,
    'Write a plan, whole and in one transaction. Nothing is written where one of its records was changed since.',
    { staged: isLarge, cost: { whole: 100 } },
  )
  commitImport(@input(() => CommitImportInput) given: CommitImportInput, @writeScope() scope: WriteScope) {
    return commitImport(scope, given)
  }

  @mutation(
    ['import', 'admin'],
    ImportPlan,
    'Put everything that was committed back as it was. ' +
      'Refused where one of its records was edited or used since. Versions and `updatedAt` move on.',
    { cost: { whole: 100 } },
  )
  undoImport(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return undoImport(scope, given)
  }

  @mutation(
    'import',
    ImportPlan,
    'Remove an import with its file and its plan; what it wrote stays, and cannot be undone any more.',
  )
  deleteImport(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteImport(scope, given)
  }

  @mutation('import', ImportMapping, 'Keep where the columns of an import go, for the next file with the same headers.')
  keepImportMapping(
    @input(() => KeepImportMappingInput) given: KeepImportMappingInput,
    @writeScope() scope: WriteScope,
  ) {
    return keepImportMapping(scope, given)
  }

  @mutation('import', ImportMapping, 'Forget a mapping.')
  deleteImportMapping(@input(() => RecordVersion) given: RecordVersion, @writeScope() scope: WriteScope) {
    return deleteImportMapping(scope, given)
  }
}
