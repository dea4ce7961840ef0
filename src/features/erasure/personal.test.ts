import type { FieldDefinition } from '../../model/field-definition.js'
import { emptiedValues, erasedValues, Identity, judgedFields } from './personal.js'

const field = (name: string, given: Partial<FieldDefinition> = {}) =>
  ({ name, kind: 'text', nullable: false, ...given }) as FieldDefinition // as far as an erasure looks

test('a field that nobody judged is emptied, and goes out of history', () => {
  const fields = [field('nickname'), field('birthday', { kind: 'day', nullable: true }), field('country')]
  expect(emptiedValues(fields, judgedFields.Client)).toEqual({ nickname: '(erased)', birthday: null })
  const values = { nickname: 'Quim', shoeSize: 43, hobbies: ['padel'], country: 'ES', mergedClient: 'Forn' }
  expect(erasedValues('Client', values, new Identity())).toEqual({
    nickname: '(erased)',
    shoeSize: null,
    hobbies: [],
    country: 'ES',
    mergedClient: 'Forn',
  })
})

test('two emptied records share no list', () => {
  const emptied = () => emptiedValues([field('tags', { kind: 'texts' })], judgedFields.Client)
  expect(emptied()).toEqual({ tags: [] })
  expect(emptied().tags).not.toBe(emptied().tags)
})
