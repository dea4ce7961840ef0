/** The origins whose pages may ask the server in a browser, or `*` for all. */
export type Origins = '*' | readonly string[]

/** In bytes. */
export interface StorageLimits {
  /** Of one file that is attached. */
  file: number
  /** Of one file that is imported. */
  import: number
  /** Of all files of an organisation. */
  organization: number
}

/** Where commands find the API, and their key for it. */
export interface ApiLocation {
  url: string
  apiKey?: string
}

/** Tells whether a text is an origin as a browser sends it: scheme, host and port. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, origin } = new URL(text)
  return /^https?:$/.test(protocol) && origin === text
}

const originsHint =
  'must be * or origins such as https://app.example.com,http://localhost:5173: scheme, host and port, without a path or a slash at the end'

function originsOf(given: string): Origins | undefined {
  if (given.trim() === '*') return '*'
  const origins = given.split(/[,\s]/).filter(each => each !== '')
  return given.length <= 10_000 && origins.every(isOrigin) ? origins : undefined
}

/** How the text of a variable is read: to undefined where it is wrong, and what it must be is said. */
interface Variable<T> {
  standard: T
  read: (text: string) => T | undefined
  must: string
}

const text = (standard: string): Variable<string> => ({ standard, read: given => given, must: '' })

const number = (must: string, standard: number, fits: (value: number) => boolean): Variable<number> => ({
  standard,
  read: given => (fits(Number(given)) ? Number(given) : undefined),
  must,
})

const whole = (must: string, standard: number, least: number, most: number) =>
  number(must, standard, value => Number.isInteger(value) && value >= least && value <= most)

const positive = (must: string, standard: number, most: number) =>
  number(must, standard, value => value > 0 && value <= most)

const choice = <T extends string>(standard: T, must: string, choices: readonly T[]): Variable<T> => ({
  standard,
  read: given => choices.find(each => each === given),
  must,
})

const address = <T extends string | undefined>(standard: T, form: RegExp, must: string): Variable<string | T> => ({
  standard,
  read: given => (form.test(given) && URL.canParse(given) ? given : undefined),
  must,
})

/** Every variable that is read; docs/reference/configuration.md says what each is for. */
export const variables = {
  PORT: whole('must be a port number', 4000, 0, 65_535),
  HOST: text('0.0.0.0'),
  WORKERS: whole('must be a number of processes, from 1 to 64', 1, 1, 64),
  DATA_DIR: text('./data'),
  DATABASE_URL: address(
    undefined,
    /^(mysql|mariadb):\/\/.+\/.+/,
    'must look like mariadb://user:password@host:3306/database',
  ),
  SQLITE_SYNCHRONOUS: choice('full', 'must be full or normal', ['full', 'normal']),
  MAX_FILE_MB: whole('must be a number of megabytes, from 1 to 2000', 25, 1, 2000),
  MAX_IMPORT_MB: whole('must be a number of megabytes, from 1 to 2000', 100, 1, 2000),
  MAX_STORAGE_GB: positive('must be a number of gigabytes, up to 1000000', 10, 1_000_000),
  OPERATION_SECONDS: positive('must be a number of seconds, up to 3600', 30, 3600),
  CORS_ORIGINS: { standard: undefined, read: originsOf, must: originsHint } as Variable<Origins | undefined>, // none unless given
  CLIENTELA_URL: address(
    'http://localhost:4000/graphql',
    /^https?:\/\/[^\s/]/,
    'must be a web address such as http://localhost:4000/graphql',
  ),
  CLIENTELA_API_KEY: { standard: undefined, read: given => given, must: '' } as Variable<string | undefined>, // none unless given
  LOG_LEVEL: choice('info', 'must be fatal, error, warn, info, debug or silent', [
    'fatal',
    'error',
    'warn',
    'info',
    'debug',
    'silent',
  ]),
}

type Values = { [Name in keyof typeof variables]: (typeof variables)[Name]['standard'] }

const serverHint =
  'must be 1 with the embedded database, which one process serves: leave it out, or set DATABASE_URL to use a MariaDB'

export interface Config {
  port: number
  host: string
  /** How many processes serve the port. */
  workers: number
  dataDir: string
  url?: string
  synchronous: 'full' | 'normal'
  logLevel: string
  storage: StorageLimits
  /** The longest time that one operation may read. */
  operationSeconds: number
  /** None unless given. */
  origins?: Origins
  api: ApiLocation
}

/** Reads the environment, which nothing else does. Its error names every variable to fix. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const data = valuesIn(environment)
  const storage = {
    file: data.MAX_FILE_MB * 1e6,
    import: data.MAX_IMPORT_MB * 1e6,
    organization: data.MAX_STORAGE_GB * 1e9,
  }
  return {
    port: data.PORT,
    host: data.HOST,
    workers: data.WORKERS,
    dataDir: data.DATA_DIR,
    url: data.DATABASE_URL,
    synchronous: data.SQLITE_SYNCHRONOUS,
    logLevel: data.LOG_LEVEL,
    storage,
    origins: data.CORS_ORIGINS,
    operationSeconds: data.OPERATION_SECONDS,
    api: { url: data.CLIENTELA_URL, apiKey: data.CLIENTELA_API_KEY },
  }
}

/** What is empty counts as not given. */
function valuesIn(environment: NodeJS.ProcessEnv): Values {
  const wrong: string[] = []
  const values = Object.fromEntries(
    Object.entries(variables).map(([name, { standard, read, must }]) => {
      const given = environment[name]
      const value = given ? read(given) : standard
      if (given && value === undefined) wrong.push(`${name} ${must}`)
      return [name, value]
    }),
  ) as Values // one for each variable
  if (values.WORKERS !== 1 && values.WORKERS !== undefined && !values.DATABASE_URL) wrong.push(`WORKERS ${serverHint}`)
  if (wrong.length > 0) throw new Error(`The environment is not right:\n${wrong.map(each => `  ${each}`).join('\n')}`)
  return values
}

/**
 * Lets libsql run so many statements at a time. It runs them in the threads of tokio, one for each core by default,
 * where a few long statements hold up all others. Call this before the first statement.
 */
export function prepareThreads(count: number, environment: NodeJS.ProcessEnv = process.env) {
  environment.TOKIO_WORKER_THREADS ??= String(count)
}
