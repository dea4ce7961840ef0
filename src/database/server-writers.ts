import type { Pool } from 'mysql2'
import { serverSession, takeConnection } from './server-session.js'
import type { StatementCounter } from './statement-counter.js'
import type { Writers } from './transactions.js'

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
    return { session: serverSession(connection, counter), release }
  },
  close: () =>
    new Promise(resolve => {
      pool.end(() => {
        resolve()
      })
    }),
})
