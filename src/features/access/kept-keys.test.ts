import { accessChanged } from '../../model/access.js'
import { KeptKeys } from './kept-keys.js'

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Look-ups that count themselves and take a while; `found` is what the next one finds. */
function counted(found: string | undefined) {
  const counter = {
    count: 0,
    found,
    lookUp: async () => {
      counter.count++
      const { found } = counter
      await wait(5)
      return found
    },
  }
  return counter
}

test('requests at the same time share one look-up, and those after it use what it found until it is too old', async () => {
  const keys = new KeptKeys<string>(100)
  const counter = counted('key')
  const all = await Promise.all(Array.from({ length: 64 }, () => keys.find('a', counter.lookUp)))
  expect([new Set(all), counter.count]).toEqual([new Set(['key']), 1])
  await keys.find('a', counter.lookUp)
  await keys.find('b', counter.lookUp)
  expect(counter.count).toBe(2)
  await wait(101)
  await keys.find('a', counter.lookUp)
  expect(counter.count).toBe(3)
})

test('a key that is not found is looked up each time, and so is one whose look-up failed', async () => {
  const keys = new KeptKeys<string>()
  const counter = counted(undefined)
  expect(await keys.find('a', counter.lookUp)).toBeUndefined()
  counter.found = 'key'
  await expect(keys.find('b', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await Promise.all(['a', 'b'].map(hash => keys.find(hash, counter.lookUp)))).toEqual(['key', 'key'])
})

test('a change of a key ends what is kept, and what is being looked up', async () => {
  const keys = new KeptKeys<string>()
  const counter = counted('before')
  const early = keys.find('a', counter.lookUp)
  counter.found = 'after'
  await accessChanged()
  const late = keys.find('a', counter.lookUp)
  expect(await Promise.all([early, late])).toEqual(['before', 'after'])
  expect(await keys.find('a', counter.lookUp)).toBe('after')
  expect(counter.count).toBe(2)
})
