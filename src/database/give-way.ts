import { setImmediate, setTimeout as sleep } from 'node:timers/promises'

/** In milliseconds. Readers without a pause slow long work down, but never stop it. */
const longest = 20

let reading = 0

/** Counts a statement while it runs beside this thread and a caller waits for it. */
export async function counted<T>(statement: Promise<T>): Promise<T> {
  reading++
  try {
    return await statement
  } finally {
    reading--
  }
}

/**
 * Long work in this thread calls it between its parts. It lets other requests in. Those whose statements run in other
 * threads may finish: they come back here between statements, and would otherwise wait for another part every time.
 */
export async function giveWay(): Promise<void> {
  const until = performance.now() + longest
  await setImmediate()
  while (reading > 0 && performance.now() < until) await sleep(1)
}
