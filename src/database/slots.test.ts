import { setTimeout as sleep } from 'node:timers/promises'
import { Slots } from './slots.js'

test('runs no more at a time than there are slots, in their order, and gives back those of what failed', async () => {
  const slots = new Slots(3)
  let running = 0
  let most = 0
  const begun: number[] = []
  const work = (at: number) =>
    slots.take(async () => {
      begun.push(at)
      most = Math.max(most, ++running)
      await sleep(2)
      running--
      if (at % 4 === 0) throw new Error('failed')
    })
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => work(at)))
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5)
  expect(most).toBe(3)
  expect(begun).toEqual(Array.from({ length: 20 }, (_, at) => at))
  expect(slots.isIdle).toBe(true)
})
