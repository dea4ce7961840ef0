import 'reflect-metadata'
import { Client } from '../features/clients/index.js'
import { metadataOf } from '../model/entity-metadata.js'
import { Statement } from './statement.js'

const bound = (sql: string, parameters = {}) => Statement.of(sql).bind(parameters)

test('names become marks with the values in their order, and quoted text stays', () => {
  expect(bound("a = :a AND b = ':a' AND c = 'it''s :b' AND d = :b AND e = :a", { a: 1, b: null })).toEqual([
    "a = ? AND b = ':a' AND c = 'it''s :b' AND d = ? AND e = ?",
    [1, null, 1],
  ])
})

test('properties of a record become its columns, and other names stay', () => {
  expect(Statement.of("t.legalName = 't.legalName' AND t.bits = t.archived_at", metadataOf(Client)).bind({})).toEqual([
    "t.`legal_name` = 't.legalName' AND t.bits = t.archived_at",
    [],
  ])
})

test('a list in an IN is filled up to a power of two with its last value', () => {
  const sql = 'a IN (:...a) AND b = :b'
  expect(bound(sql, { a: ['x'], b: 1 })).toEqual(['a IN (?) AND b = ?', ['x', 1]])
  expect(bound(sql, { a: ['x', 'y', 'z'], b: 1 })).toEqual(['a IN (?, ?, ?, ?) AND b = ?', ['x', 'y', 'z', 'z', 1]])
  expect(bound(sql, { a: [], b: 1 })).toEqual(['a IN () AND b = ?', [1]])
  const many = Array.from({ length: 1500 }, (_, at) => at)
  expect(bound('a NOT IN (:...many)', { many })[1]).toEqual(many)
  expect(bound('GREATEST(:...a)', { a: [1, 2, 3] })).toEqual(['GREATEST(?, ?, ?)', [1, 2, 3]])
})

test('a name without a value is refused', () => {
  expect(() => bound('a = :a AND b = :toString', { a: 1 })).toThrow('no value for :toString')
})
