import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Admission, longestWelcome, longTime, mostAtOnce, shortTime } from './admission.js'

const turnOfTheLoop = () => new Promise(resolve => setImmediate(resolve))

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

afterEach(() => {
  Reflect.deleteProperty(performance, 'now') // a stopped clock goes on
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
      await turnOfTheLoop()
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

test('requests that wait begin when a turn of the loop has brought no connection, in their order', async () => {
  performance.now = () => 1000 // so that a slow machine does not end the wait
  const begun: string[] = []
  const admission = new Admission()
  const first = requests(admission, begun, 'a', mostAtOnce + 2)
  admission.noteConnection()
  for (const { go } of first) go()
  await first[0]?.done
  const newcomer = requests(admission, begun, 'a', 1)
  await turnOfTheLoop()
  admission.noteConnection()
  await turnOfTheLoop()
  expect(begun).toHaveLength(mostAtOnce)
  await turnOfTheLoop()
  await turnOfTheLoop()
  expect(begun.slice(mostAtOnce)).toEqual([`a${mostAtOnce}`, `a${mostAtOnce + 1}`, 'a0'])
  for (const { go, done } of [...first, ...newcomer]) {
    go()
    await done
  }
})

test('connections without end hold up no request for long', async () => {
  const begun: string[] = []
  const admission = new Admission()
  const made = requests(admission, begun, 'a', mostAtOnce + 1)
  const start = performance.now()
  admission.noteConnection()
  made[0]?.go()
  await made[0]?.done
  while (begun.length === mostAtOnce && performance.now() - start < longestWelcome * 20) {
    admission.noteConnection()
    await turnOfTheLoop()
  }
  expect(performance.now() - start).toBeGreaterThan(longestWelcome / 2)
  expect(begun).toHaveLength(mostAtOnce + 1)
  for (const { go, done } of made) {
    go()
    await done
  }
})
