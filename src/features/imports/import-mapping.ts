import { Field, ObjectType } from 'type-graphql'
import { OrganizationRow } from '../../model/row.js'
import { entity } from '../../model/entity.js'
import { choice, json, text } from '../../model/field.js'
import { index } from '../../model/unique.js'
import { ImportKind } from './registry.js'

@ObjectType('ImportMappingColumn', { description: 'Where the cells below a header go.', simpleResolvers: true })
export class ImportMappingColumn {
  @Field(() => String, { description: 'The text of the header cell.' })
  header: string

  @Field(() => String, { nullable: true, description: 'The field, one of `importFields`; null leaves the column out.' })
  field: string | null
}

@entity('import_mappings', 'Where the columns of spreadsheets that come again go, under a name.', {
  prefix: 'imm',
  permission: 'import',
})
@index(['organizationId', 'externalId'], {
  code: 'EXTERNAL_ID_TAKEN',
  message: 'Another mapping has this external id.',
  field: 'externalId',
})
@index(['organizationId', 'nameFolded', 'id'])
@index(['organizationId', 'kind', 'name'], {
  code: 'MAPPING_NAME_TAKEN',
  message: 'Another mapping of this kind has this name.',
  field: 'name',
})
export class ImportMapping extends OrganizationRow {
  @choice(ImportKind, 'The kind of record that the rows of its spreadsheets are.')
  kind: ImportKind

  @text('Its name.', { max: 100, folded: 'nameFolded' })
  name: string

  @text('Its name as it is compared and sorted.', { max: 200, hidden: true })
  nameFolded: string

  @json('Its columns.', { hidden: true, inHistory: true })
  storedColumns: ImportMappingColumn[]

  @Field(() => [ImportMappingColumn], { description: 'Its columns, by what their headers say.' })
  get columns(): ImportMappingColumn[] {
    return this.storedColumns
  }
}
