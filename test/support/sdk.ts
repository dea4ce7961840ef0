import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kind, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import * as sdk from '@clientela/sdk'
import { ClientelaClient, ClientelaError } from '@clientela/sdk'
import type { Tenant } from './world.js'

/** Makes clients that note what they send, for the tests of one file. */
export function notingClients() {
  const sent = new Set<string>()
  const noting: typeof fetch = (input, init) => {
    const text = init?.body instanceof FormData ? init.body.get('operations') : init?.body
    const name = typeof text === 'string' ? /(?:query|mutation) (\w+)/.exec(text)?.[1] : undefined
    if (name) sent.add(name)
    return fetch(input, init)
  }
  return {
    clientOf: ({ world, secret }: Tenant) => new ClientelaClient({ url: world.url, apiKey: secret, fetch: noting }),
    /** The operations that a test file names and did not send. */
    unsentOf: (file: string) => [...namedIn(new URL(file))].filter(name => !sent.has(name)),
  }
}

export const documents = Object.entries(sdk as Record<string, unknown>) // its exports by name
  .filter(([name]) => name.endsWith('Document'))
  .map(([name, document]) => [name, document as DocumentNode] as const) // what the generator makes of an operation
export const operationOf = ({ definitions }: DocumentNode) =>
  definitions.find((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION)

export const thrownBy = (work: Promise<unknown>): Promise<ClientelaError> =>
  work.then(
    () => {
      throw new Error('Nothing was thrown.')
    },
    (error: unknown) => {
      if (error instanceof ClientelaError) return error
      throw error
    },
  )

export const address = { line1: 'C/ Major 1', city: 'Terrassa' }
export const lines = [{ description: 'Feina', quantity: '2', unitPrice: '50', taxRate: '21' }]

const namedIn = (file: string | URL) =>
  new Set([...readFileSync(file, 'utf8').matchAll(/sdk\.(\w+)Document\b/g)].flatMap(([, name]) => name ?? []))

/** The operations that none of the test files names which check that they send what they name. */
export function unnamed(): string[] {
  const files = readdirSync('test').filter(name => /^sdk-\w+\.test\.ts$/.test(name))
  const named = new Set(files.flatMap(name => [...namedIn(join('test', name))]))
  return documents.flatMap(([, document]) => operationOf(document)?.name?.value ?? []).filter(name => !named.has(name))
}
