import type { Pool, PoolConnection } from 'mysql2'
import { sendOn, sendTogether, takeConnection, type Change } from './server-session.js'
import { sessionOf, type Session } from './session.js'
import type { StatementCounter } from './statement-counter.js'
import type { Writers } from './transactions.js'

/** More values do not wait for the next statement. */
const mostWaiting = 1000

/**
 * Connections of a server for transactions, which begin with their first statement. One whose transaction could not be
 * rolled back would take it on to the next.
 */
export const serverWriters = (pool: Pool, counter: StatementCounter): Writers => ({
  async take() {
    const connection = await takeConnection(pool)
    const release = (isBroken: boolean) => {
      if (isBroken) connection.destroy()
      else connection.release()
    }
    return { session: writingSession(connection, counter), release }
  },
  close: () =>
    new Promise(resolve => {
      pool.end(() => {
        resolve()
      })
    }),
})

/** Changes wait for the next statement, and go with it. So most transactions need a few round trips. */
function writingSession(connection: PoolConnection, counter: StatementCounter): Session {
  const send = sendOn(connection)
  const waiting: Change[] = []
  const sendWaiting = (...more: Change[]) => {
    const [first, ...others] = [...waiting.splice(0), ...more]
    if (first && others.length === 0) return send(first.sql, first.values, true)
    return sendTogether(connection, first ? [first, ...others] : others)
  }
  return sessionOf(
    counter,
    async (sql, values, asLists) => {
      if (sql === 'ROLLBACK') waiting.length = 0
      if (waiting.length > 0) {
        if (changing.test(sql)) return sendWaiting({ sql, values })
        await sendWaiting()
      }
      return send(sql, values, asLists)
    },
    async (sql, values) => {
      waiting.push({ sql, values })
      const isMuch = waiting.reduce((count, change) => count + change.values.length, 0) > mostWaiting
      return isMuch ? sendWaiting() : { rows: [], affected: 0 }
    },
  )
}

const changing = /^(?:INSERT|REPLACE|UPDATE|DELETE|COMMIT)\b/
