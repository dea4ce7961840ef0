import { inBase } from '../../model/field.js'
import type { EntityMetadata } from '../../model/entity-metadata.js'
import type { FieldDefinition } from '../../model/field-definition.js'
import { restored } from './kept-value.js'

const field = (name: string, kind: FieldDefinition['kind'], more: Partial<FieldDefinition> = {}) => ({
  name,
  kind,
  ...more,
})
const metadata = {
  fields: [
    field('limit', 'money'),
    field('limitBase', 'money', { currency: inBase }),
    field('share', 'decimal', { places: 4 }),
    field('archivedAt', 'instant'),
    field('tags', 'texts'),
    field('note', 'text'),
  ],
} as unknown as EntityMetadata // what restoring reads of it

test('what history tells of a record becomes what its columns hold', () => {
  const told = {
    currency: 'EUR',
    limit: '12.50',
    limitBase: '1250',
    share: '0.2500',
    archivedAt: '2026-03-10T09:00:00.000Z',
    tags: ['a'],
    note: '1',
  }
  expect(restored(metadata, told)).toEqual({
    currency: 'EUR',
    limit: 1250n,
    limitBase: 1250n,
    share: 2500n,
    archivedAt: new Date('2026-03-10T09:00:00.000Z'),
    tags: ['a'],
    note: '1',
  })
})

test('an amount alone is read by the currency of its record', () => {
  expect(restored(metadata, { limit: '12' }, { currency: 'JPY', limit: '12' })).toEqual({ limit: 12n })
})

test('nothing stays nothing', () => {
  expect(restored(metadata, { limit: null, archivedAt: null })).toEqual({ limit: null, archivedAt: null })
})
