import { setTimeout as sleep } from 'node:timers/promises'
import { PartySlots } from './party-slots.js'

/** Begins work for parties one after the other, and tells in which order it began. */
async function orderOf(slots: PartySlots, parties: readonly string[]): Promise<string> {
  const begun: string[] = []
  await Promise.all(
    parties.map(party =>
      slots.take(party, async () => {
        begun.push(party)
        await sleep(2)
      }),
    ),
  )
  return begun.join('')
}

test('one party has half of the places, and the others need not wait for it', async () => {
  const slots = new PartySlots(4)
  let running = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++running)
    await sleep(2)
    running--
  }
  const many = Array.from({ length: 9 }, () => slots.take('a', work))
  let isServed = false
  await slots.take('b', async () => {
    isServed = running === 2
  })
  await Promise.all(many)
  expect(isServed).toBe(true)
  expect(most).toBe(2)
  await slots.idle()
})

test('a free place goes to the party whose last work began longest ago', async () => {
  expect(await orderOf(new PartySlots(2), [...'aaaabcc'])).toBe('abacaca')
  expect(await orderOf(new PartySlots(1), [...'aaaabbc'])).toBe('aabcaba')
})

test('a party with long work gets places although others always want them', async () => {
  const slots = new PartySlots(4)
  let isOver = false
  const long = slots.take('a', async () => {
    while (!isOver) await sleep(1)
  })
  const others = [...'bcdef'].map(async party => {
    while (!isOver) await slots.take(party, () => sleep(1))
  })
  await slots.take('a', async () => {
    isOver = true
  })
  await Promise.all([long, ...others])
})

test('work that waits too long is refused, and the next one gets the place', async () => {
  const slots = new PartySlots(1, { patience: 20, refusal: () => new Error('too long') })
  let go!: () => void
  const held = new Promise<void>(resolve => (go = resolve))
  const first = slots.take('a', () => held)
  await expect(slots.take('b', async () => 'done')).rejects.toThrow('too long')
  const next = slots.take('c', async () => 'done')
  go()
  await expect(next).resolves.toBe('done')
  await first
  await slots.idle()
})

test('work of one party begins in its order, and gives its place back where it fails', async () => {
  const slots = new PartySlots(2)
  const begun: number[] = []
  const outcomes = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) =>
      slots.take('a', async () => {
        begun.push(at)
        await sleep(1)
        if (at % 4 === 0) throw new Error('failed')
      }),
    ),
  )
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(3)
  expect(begun).toEqual(Array.from({ length: 12 }, (_, at) => at))
  await slots.idle()
})

test('too long a queue is refused for its own party alone, and idle means that nothing waits', async () => {
  const slots = new PartySlots(2, { longest: 1, refusal: () => new Error('too many') })
  const done: string[] = []
  const work = (party: string) =>
    slots.take(party, async () => {
      await sleep(2)
      done.push(party)
    })
  const accepted = [work('a'), work('a'), work('b'), work('b')]
  await expect(work('a')).rejects.toThrow('too many')
  await slots.idle()
  expect(done).toHaveLength(4)
  await Promise.all(accepted)
})
