import { declaredFields } from '../../graphql/declared-fields.js'
import { CreateClientInput } from '../clients/index.js'
import { mergeFields } from './merge-field.js'

test('whatever callers give a client can be merged, with all its columns', () => {
  const given = declaredFields(CreateClientInput).map(({ name }) => name)
  expect(mergeFields.map(({ input }) => input).toSorted()).toEqual(
    given.filter(name => name !== 'taxIdCountry').toSorted(),
  )
  const columnsOf = (wanted: string) => mergeFields.find(({ name }) => name === wanted)?.columns.map(({ name }) => name)
  expect(columnsOf('TAX_ID')).toEqual(['taxIdCountry', 'taxIdNumber'])
  expect(columnsOf('ADDRESS')).toEqual(['addressLine1', 'addressLine2', 'postalCode', 'city', 'region', 'country'])
  expect(columnsOf('OWNER')).toEqual(['ownerId'])
})

test('they come in the order of the record, the id in another system last', () => {
  const names = mergeFields.map(({ name }) => name)
  expect([names[0], names[1], names.at(-1)]).toEqual(['LEGAL_NAME', 'TRADE_NAME', 'EXTERNAL_ID'])
})
