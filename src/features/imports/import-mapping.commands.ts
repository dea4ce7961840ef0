import type { WriteScope } from '../../database/scope/write-scope.js'
import type { RecordVersion } from '../../graphql/record-input.js'
import { fold } from '../../lib/fold.js'
import { normalText } from '../../lib/text.js'
import { ImportMapping } from './import-mapping.js'
import { takePlan } from './import.commands.js'
import type { KeepImportMappingInput } from './import.inputs.js'

export async function keepImportMapping(
  scope: WriteScope,
  { importId, name }: KeepImportMappingInput,
): Promise<ImportMapping> {
  const plan = await takePlan(scope, { id: importId })
  const storedColumns = plan.storedColumns
    .filter(({ header }) => header !== '')
    .flatMap(column => [column.field, ...(column.others ?? [])].map(field => ({ header: column.header, field })))
  const [same] = await scope.takeWhere(ImportMapping, {
    sql: 't.kind = :kind AND t.name = :name',
    parameters: { kind: plan.kind, name: normalText(name) },
  })
  if (same) return scope.change(Object.assign(same, { storedColumns }))
  return scope.add(
    scope.make(ImportMapping, {
      kind: plan.kind,
      name: normalText(name),
      nameFolded: fold(normalText(name)),
      storedColumns,
    }),
  )
}

export async function deleteImportMapping(scope: WriteScope, { id, version }: RecordVersion): Promise<ImportMapping> {
  const mapping = await scope.take(ImportMapping, id, version)
  await scope.remove(mapping)
  return mapping
}
