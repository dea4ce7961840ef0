import { stdSerializers } from 'pino'
import { writtenStack } from '../lib/written-stack.js'

/** What the log shows: no keys, and of an error the files and lines that somebody wrote. */
export const loggerOptions = (level: string) => ({
  level,
  redact: ['req.headers.authorization', 'req.headers["x-api-key"]'],
  serializers: {
    err: (error: Error) => {
      const told = stdSerializers.err(error)
      const { stack } = (told ?? {}) as { stack?: unknown } // what is no error it returns as it is
      return typeof stack === 'string' ? Object.assign(told, { stack: writtenStack(stack) }) : told
    },
  },
})
