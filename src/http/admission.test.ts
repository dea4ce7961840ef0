import { setTimeout as sleep } from 'node:timers/promises'
import { Admission, longTime, mostAtOnce, shortTime } from './admission.js'

/** Requests of `party` that stay until they are let go; notes in `begun` which began. */
const requests = (admission: Admission, begun: string[], party: string, count: number) =>
  Array.from({ length: count }, (_, at) => {
    let go!: () => void
    const held = new Promise<void>(resolve => (go = resolve))
    const done = admission.take(party, async () => {
      begun.push(`${party}${at}`)
      await held
    })
    return { go, done }
  })

test('a few requests are worked on at a time, and the others in their order', async () => {
  const begun: string[] = []
  const made = requests(new Admission(), begun, 'a', mostAtOnce + 3)
  expect(begun).toHaveLength(mostAtOnce)
  for (const { go, done } of made) {
    go()
    await done
  }
  expect(begun).toEqual(made.map((_, at) => `a${at}`))
})

test('organisations take turns, however many requests one has', async () => {
  const begun: string[] = []
  const admission = new Admission()
  const first = requests(admission, begun, 'a', mostAtOnce + 20)
  const second = requests(admission, begun, 'b', 2)
  for (const { go, done } of first.slice(0, 4)) {
    go()
    await done
  }
  expect(begun.slice(mostAtOnce, mostAtOnce + 4)).toEqual([`a${mostAtOnce}`, 'b0', `a${mostAtOnce + 1}`, 'b1'])
  for (const { go } of [...first, ...second]) go()
  await Promise.all([...first, ...second].map(({ done }) => done))
  expect(begun).toHaveLength(mostAtOnce + 22)
})

test('requests that take long hold up nobody', async () => {
  const begun: string[] = []
  const admission = new Admission()
  const long = requests(admission, begun, 'a', mostAtOnce)
  const other = requests(admission, begun, 'b', 1)
  expect(begun).not.toContain('b0')
  await sleep(shortTime * 5)
  expect(begun).toContain('b0')
  for (const { go, done } of [...long, ...other]) {
    go()
    await done
  }
})

test('while this process is busy, requests wait for others that take long, but not for ever', async () => {
  const begun: string[] = []
  const admission = new Admission()
  const long = requests(admission, begun, 'a', mostAtOnce)
  const other = requests(admission, begun, 'b', 1)
  const busyUntil = async (end: number) => {
    while (performance.now() < end) {
      const turn = performance.now() + 5
      while (performance.now() < turn);
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  const start = performance.now()
  await busyUntil(start + longTime / 2)
  expect(begun).not.toContain('b0')
  await busyUntil(start + longTime * 1.5)
  expect(begun).toContain('b0')
  for (const { go, done } of [...long, ...other]) {
    go()
    await done
  }
})

test('a request that fails gives its place to another', async () => {
  const admission = new Admission()
  const failing = Array.from({ length: mostAtOnce }, () =>
    admission.take('a', async () => {
      throw new Error('It failed.')
    }),
  )
  const other = admission.take('b', async () => 'answered')
  await expect(Promise.all(failing)).rejects.toThrow('It failed.')
  await expect(other).resolves.toBe('answered')
})
