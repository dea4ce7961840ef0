import { batchesOf } from './batches.js'

/** Walks the numbers up to `count` by threes, and tells what was read and what was given. */
async function walk(count: number) {
  const asked: number[] = []
  const read = async (behind: number) => {
    asked.push(behind)
    return [1, 2, 3].map(step => behind + step).filter(each => each <= count)
  }
  const given: number[][] = []
  for await (const rows of batchesOf(0, 3, read, row => row)) given.push(rows)
  return { asked, given }
}

test('gives all rows in batches, and asks no more once a batch is not full', async () => {
  expect(await walk(5)).toEqual({
    asked: [0, 3],
    given: [
      [1, 2, 3],
      [4, 5],
    ],
  })
})

test('asks once more where the last batch is full, and gives no empty one', async () => {
  expect(await walk(3)).toEqual({ asked: [0, 3], given: [[1, 2, 3]] })
})

test('gives nothing where there is nothing', async () => {
  expect(await walk(0)).toEqual({ asked: [0], given: [] })
})
