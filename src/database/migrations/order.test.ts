import { readdirSync } from 'node:fs'
import { migrations } from './index.js'
import { inOrder } from './order.js'

test('migrations run by their numbers, whatever order the folder has', () => {
  expect(inOrder(['10-imports.ts', '2-deals.ts', '1-first.ts'])).toEqual(['1-first', '2-deals', '10-imports'])
})

test('sources, built files and what lies beside them are told apart', () => {
  const built = ['1-first.js', '1-first.js.map', '1-first.d.ts', '2-deals.test.ts', 'index.js', 'table.js', 'order.js']
  expect(inOrder(built)).toEqual(['1-first'])
})

test('no two migrations have one number', () => {
  expect(() => inOrder(['1-first.ts', '2-deals.ts', '2-tasks.ts'])).toThrow(
    'Two migrations have the number 2: 2-deals and 2-tasks. Rename one, or remove what an older build left.',
  )
})

test('every file of the folder with a number is a migration, and times follow numbers', () => {
  const files = readdirSync('src/database/migrations').filter(file => /^\d+-/.test(file))
  expect(migrations).toHaveLength(files.length)
  const times = migrations.map(({ name }) => Number(/\d{13}$/.exec(name)?.[0]))
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(new Set(times).size).toBe(times.length)
})
