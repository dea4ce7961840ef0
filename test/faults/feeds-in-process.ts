import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { startMariadb } from '../support/private-mariadb.js'
import { hold, type Fault } from './fault.js'

const program = fileURLToPath(new URL('feeds.ts', import.meta.url))

/** What feeds.ts holds, in a process of its own, so that no fault before it hides what a feed costs. */
export const feeds: Fault[] = ['SQLite', 'MariaDB'].map((database): Fault => ({
  name: `Feeds on ${database}`,
  async run() {
    const mariadb = database === 'MariaDB' ? await startMariadb() : undefined
    try {
      const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', program], { env: { ...process.env, TEST_DATABASE: database.toLowerCase(), TEST_DATABASE_URL: mariadb?.url }, stdio: ['ignore', 'pipe', 'inherit'] })
      const [told, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
      hold(code === 0, told.trim())
      return told.trim()
    } finally {
      await mariadb?.stop()
    }
  },
}))
