import { stdSerializers } from 'pino'
import { writtenStack } from '../lib/written-stack.js'

/** What the log shows: no keys, and of an error the files and lines that somebody wrote. */
export const loggerOptions = (level: string) => ({
  level,
  redact: ['req.headers.authorization', 'req.headers["x-api-key"]'],
  serializers: {
    err: (error: Error) => {
      const told = stdSerializers.err(error)
      return Object.assign(told, { stack: writtenStack(told.stack) })
    },
  },
})
