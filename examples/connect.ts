import { ClientelaClient, ClientelaError } from '@clientela/sdk'

export const environmentHelp = `
Environment:
  CLIENTELA_API_KEY  the secret that «clientela keys create» printed
  CLIENTELA_URL      where the API is (default http://localhost:4000/graphql)`

/** The problems that the person who runs an example can fix. */
export class ExampleError extends Error {}

/** The API that the environment points to. */
export function connect(): ClientelaClient {
  const { CLIENTELA_URL: url = 'http://localhost:4000/graphql', CLIENTELA_API_KEY: apiKey } = process.env
  if (!apiKey)
    throw new ExampleError(
      'Set CLIENTELA_API_KEY to the secret of an API key; «npm run clientela -- keys create "Northwind"» makes one and prints it.',
    )
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new ExampleError(`CLIENTELA_URL is ${url}, which is no web address such as http://localhost:4000/graphql.`)
  return new ClientelaClient({ url, apiKey })
}

/** Tells an error: in a sentence if it can be mended, else with its stack. */
export function explain(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof ClientelaError ? error.cause : error
  if (cause instanceof ClientelaError) return `${error instanceof Error ? error.message : ''}${advice(cause.code)}`
  const missingFile = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  if (error instanceof ExampleError || (missingFile && error instanceof Error)) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function advice(code: string): string {
  if (code === 'NETWORK_ERROR')
    return '\nIs the server running? «npm start» starts one; CLIENTELA_URL says where it is.'
  if (code === 'UNAUTHENTICATED')
    return '\nCLIENTELA_API_KEY must be the secret of a key that is neither expired nor revoked.'
  return ''
}
