import { accessChangedElsewhere, onAccessChange } from '../model/access.js'
import type { ToPrimary, ToWorker, UntilStopped } from './messages.js'

/** In milliseconds. After so long every process has looked keys up again. */
const longestWait = 1000

/** Lets the primary say when this process, one of several on a port, has to do something. */
export function asWorker(): UntilStopped {
  // A terminal sends Ctrl-C to every process. The primary passes it on.
  process.on('SIGINT', () => undefined)
  return (served, watch) =>
    new Promise(resolve => {
      const waiting = new Map<number, () => void>()
      process.on('SIGTERM', () => {
        resolve()
      })
      process.on('message', (message: ToWorker) => {
        if (message === 'stop') resolve()
        else if (message === 'watch') watch()
        else if ('forgotten' in message) waiting.get(message.forgotten)?.()
        else {
          accessChangedElsewhere()
          tell({ forgot: message.forget })
        }
      })
      onAccessChange(() => othersForget(waiting))
      tell({ served })
    })
}

let changes = 0

/** Resolves when all other processes have forgotten what they kept of keys and organisations. */
function othersForget(waiting: Map<number, () => void>): Promise<void> {
  const change = ++changes
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      waiting.delete(change)
      resolve()
    }
    const timer = setTimeout(done, longestWait)
    waiting.set(change, done)
    tell({ changed: change })
  })
}

const tell = (message: ToPrimary) => process.send?.(message)
