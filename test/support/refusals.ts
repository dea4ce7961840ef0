import { contentOf } from './content.js'
import { World, type Json, type Tenant } from './world.js'

export let world: World
export let us: Tenant
export let client: { id: string; version: number }
export let invoice: { id: string; version: number }
export let user: { id: string; version: number }

/** Starts a world for the tests of a file. */
export function startWorld() {
  beforeAll(async () => {
    world = await World.start()
    us = await world.organization()
    client = await us.client({ taxId: 'B58378431' })
    user = await us.user()
    await us.project(client.id, { name: '100% d\'obra _ \\ "nova"', code: 'P1' })
    invoice = await us.invoice(client.id, '100.00')
  })
  afterAll(() => world.stop())
}

/** Every refusal is a clear error with a code, writes nothing, and leaves the server running. */
export async function expectRefused(request: () => Promise<{ status: number; body: string }>, code: string | RegExp) {
  const before = await contentOf(world)
  const answer = await request()
  const { data, errors = [] } = JSON.parse(answer.body) as {
    data?: Record<string, Json>
    errors?: { message: string; extensions: { code: string; reason?: string } }[]
  } // GraphQL over HTTP
  const userErrors = Object.values(data ?? {}).flatMap(
    payload => (payload?.userErrors as { code: string; message: string }[] | undefined) ?? [],
  ) // of a payload
  const told = [
    ...errors.map(error => `${error.extensions.code}${error.extensions.reason ? ` ${error.extensions.reason}` : ''}`),
    ...userErrors.map(error => error.code),
  ]
  expect([answer.status < 500, told.length > 0]).toEqual([true, true])
  for (const each of told) expect(each).toMatch(code)
  for (const { message } of [...errors, ...userErrors]) {
    expect(message).toMatch(/^.{10,700}$/su)
    expect(message).not.toMatch(/SQL|sqlite|undefined|Maximum call|at .*\.[jt]s/i)
  }
  expect(await us.get('{ organization { name } }')).toEqual({ organization: { name: 'Prova' } })
  expect((await contentOf(world)) === before).toBe(true)
}

export async function send(
  body: string | Uint8Array<ArrayBuffer>,
  { method = 'POST', path = '', ...headers }: Record<string, string> = {},
) {
  const response = await fetch(world.url + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${us.secret}`, ...headers },
    ...(method === 'GET' ? {} : { body }),
  })
  return { status: response.status, body: await response.text() }
}

export const ask = (query: string, variables?: object) => send(JSON.stringify({ query, variables }))
export const BAD = /^BAD_USER_INPUT/

export const mutate = (name: string, given: object) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return ask(`mutation($input: ${type}!) { ${name}(input: $input) { userErrors { code message field } } }`, {
    input: given,
  })
}
export const createClient = (given: object) =>
  mutate('createClient', { legalName: 'x', address: { line1: 'x', city: 'x' }, ...given })
export const createInvoice = (line: object, given: object = {}) =>
  mutate('createInvoice', {
    clientId: client.id,
    lines: [{ description: 'x', quantity: '1', unitPrice: '1', ...line }],
    ...given,
  })
export const pay = (amount: unknown, given: object = {}) =>
  mutate('recordPayment', { clientId: client.id, amount, ...given })

export type Case = [name: string, request: () => Promise<{ status: number; body: string }>, code: string | RegExp]
