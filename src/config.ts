import { z } from 'zod'

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
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}

const originsHint =
  'must be * or origins such as https://app.example.com,http://localhost:5173: scheme, host and port, without a path or a slash at the end'
const listOf = (text: string) => text.split(/[,\s]/).filter(each => each !== '')

/** Every variable that is read; docs/reference/configuration.md says what each is for. */
export const variables = z.object({
  PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(4000),
  HOST: z.string().default('0.0.0.0'),
  WORKERS: z.coerce.number('must be a number of processes').int().min(1).max(64).default(1),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    // eslint-disable-next-line regexp/no-super-linear-backtracking -- the operator writes it
    .regex(/^(mysql|mariadb):\/\/.+\/.+/, 'must look like mariadb://user:password@host:3306/database')
    .optional(),
  SQLITE_SYNCHRONOUS: z.enum(['full', 'normal'], 'must be full or normal').default('full'),
  MAX_FILE_MB: z.coerce.number('must be a number of megabytes').int().min(1).max(2000).default(25),
  MAX_IMPORT_MB: z.coerce.number('must be a number of megabytes').int().min(1).max(2000).default(100),
  MAX_STORAGE_GB: z.coerce.number('must be a number of gigabytes').positive().max(1_000_000).default(10),
  OPERATION_SECONDS: z.coerce.number('must be a number of seconds').positive().max(3600).default(30),
  CORS_ORIGINS: z
    .string()
    .max(10_000, originsHint)
    .refine(text => text.trim() === '*' || listOf(text).every(isOrigin), originsHint)
    .transform(text => (text.trim() === '*' ? ('*' as const) : listOf(text)))
    .optional(),
  CLIENTELA_URL: z
    .url({ protocol: /^https?$/, error: 'must be a web address such as http://localhost:4000/graphql' })
    .default('http://localhost:4000/graphql'),
  CLIENTELA_API_KEY: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

const serverHint =
  'must be 1 with the embedded database, which one process serves: leave it out, or set DATABASE_URL to use a MariaDB'
const oneWithoutServer = ({ WORKERS, DATABASE_URL }: z.infer<typeof variables>) =>
  WORKERS === 1 || DATABASE_URL !== undefined

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
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const { data, error } = variables.refine(oneWithoutServer, { path: ['WORKERS'], error: serverHint }).safeParse(given)
  if (error)
    throw new Error(
      `The environment is not right:\n${error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`).join('\n')}`,
    )
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

/**
 * Lets libsql run so many statements at a time. It runs them in the threads of tokio, one for each core by default,
 * where a few long statements hold up all others. Call this before the first statement.
 */
export function prepareThreads(count: number, environment: NodeJS.ProcessEnv = process.env) {
  environment.TOKIO_WORKER_THREADS ??= String(count)
}
