import { ClientelaClient, ClientelaError } from '@clientela/sdk'
import type { ApiLocation } from '../config.js'
import { UserError } from '../lib/user-error.js'

/** Runs the work of a command with a client of the API. Errors then say what a person at the command line can do. */
export async function withClient<T>(
  { url, apiKey }: ApiLocation,
  work: (client: ClientelaClient) => Promise<T>,
): Promise<T> {
  if (!apiKey)
    throw new UserError(
      'API_KEY_REQUIRED',
      'Set CLIENTELA_API_KEY to the secret of an API key; clientela keys create "My program" makes one.',
    )
  try {
    return await work(new ClientelaClient({ url, apiKey }))
  } catch (error) {
    throw error instanceof ClientelaError ? atCommandLine(error, url) : error
  }
}

function atCommandLine({ code, message, status, errors, refusals }: ClientelaError, url: string): UserError {
  const first = refusals[0] ?? errors[0]
  if (first) return new UserError(code, first.message)
  if (status === undefined)
    return new UserError('NETWORK_ERROR', `${message} Is the server running? CLIENTELA_URL says where it is.`)
  return code === 'NETWORK_ERROR'
    ? new UserError('NETWORK_ERROR', `${message} Try again.`)
    : new UserError('NETWORK_ERROR', `${url} answered ${status}, not as this API does; check CLIENTELA_URL.`)
}
