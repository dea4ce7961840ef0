import { setImmediate, setTimeout as sleep } from 'node:timers/promises'

/** In milliseconds. Many who read without a pause slow long work down, and do not stop it. */
const longest = 20

let reading = 0

/** Counts a statement that somebody waits for, while it runs beside this thread. */
export async function counted<T>(statement: Promise<T>): Promise<T> {
  reading++
  try {
    return await statement
  } finally {
    reading--
  }
}

/**
 * For long work in this thread, between its parts: lets others in, and those finish whose statements run in other threads. Each of them comes
 * back here between its statements, and would wait for another part of the work every time.
 */
export async function giveWay(): Promise<void> {
  const until = performance.now() + longest
  await setImmediate()
  while (reading > 0 && performance.now() < until) await sleep(1)
}
