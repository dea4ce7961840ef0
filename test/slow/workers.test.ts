import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../src/config.js'
import { clientelaWith } from '../support/command.js'
import { KeepAliveClient } from '../support/keep-alive.js'
import { Serving } from '../support/serving.js'
import { World, type Json, type Tenant } from '../support/world.js'

// Several processes that serve one port, which a MariaDB allows.

const isSqlite = process.env.TEST_DATABASE !== 'mariadb'
let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

test('WORKERS is a number of processes, and a start with anything else is refused', () => {
  const DATABASE_URL = 'mariadb://a:b@c/d'
  expect(['', '1', '64'].map(WORKERS => readConfig({ WORKERS, DATABASE_URL }).workers)).toEqual([1, 1, 64])
  for (const WORKERS of ['many', '0', '1.5', '65', '-2'])
    expect(() => readConfig({ WORKERS, DATABASE_URL })).toThrow(/^The environment is not right:\n {2}WORKERS /)
})

if (isSqlite)
  test('one process serves the embedded database, and a start with more says what to do', async () => {
    expect(await clientelaWith({ WORKERS: '2' }, world, 'serve')).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'The environment is not right:\n  WORKERS must be 1 with the embedded database, which one process serves: leave it out, or set DATABASE_URL to use a MariaDB\n',
    })
  })
else
  describe('on MariaDB', () => {
    let serving: Serving
    const clients: KeepAliveClient[] = []
    /** Somebody with a connection of its own. Connections go to the processes in turn. */
    const client = (secret = us.secret) => {
      const made = new KeepAliveClient(serving.url, { authorization: `Bearer ${secret}` })
      clients.push(made)
      return made
    }
    /** The answer to somebody who asks again when the connection breaks off. */
    const answer = () => ask(client(), today).catch(() => ask(client(), today))
    beforeEach(async () => {
      serving = await Serving.start(world, { WORKERS: 2 })
    })
    afterEach(async () => {
      for (const each of clients.splice(0)) each.close()
      await serving.stop()
    })

    test('two processes answer on one port in turn, and a killed one is replaced while the other answers', async () => {
      const sockets: Socket[] = []
      while (sockets.length < 6) sockets.push(await answered(serving.url))
      const [killed = 0, other = 0] = serving.workers
      // One connection is on its way to the process that is killed.
      process.kill(killed, 'SIGSTOP')
      const answers = Promise.allSettled(Array.from({ length: 4 }, () => ask(client(), today)))
      await sleep(500)
      process.kill(killed, 'SIGKILL')
      const isReplaced = () => serving.workers.length === 2 && !serving.workers.includes(killed)
      let asked = 0
      for (; !isReplaced(); asked++) expect(await answer()).toMatchObject({ status: 200 })
      expect(asked).toBeGreaterThan(0)
      const settled = await answers
      expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1)
      expect(sockets.filter(socket => socket.closed)).toHaveLength(3)
      // The new process answers alone, as soon as it serves.
      process.kill(other, 'SIGSTOP')
      const late = [ask(client(), today), ask(client(), today)]
      expect(await Promise.any(late)).toMatchObject({ status: 200, data: { viewer: {} } })
      process.kill(other, 'SIGKILL')
      await Promise.allSettled(late)
      for (const each of sockets) each.destroy()
    }, 120_000)

    test('a key that one process revokes, and a time zone that it changes, hold in the other at once', async () => {
      const one = client()
      const all = Array.from({ length: 16 }, () => client())
      const days = async () =>
        new Set(await Promise.all(all.map(async each => (await ask(each, today)).data.viewer.today)))
      const seen = [await days()]
      for (const timeZone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Pacific/Kiritimati']) {
        const { version } = (await ask(one, '{ organization { version } }')).data.organization
        expect(await ask(one, updateOrganization, { input: { version, timeZone } })).toMatchObject(done)
        seen.push(await days())
      }
      const [, east, west, again] = seen.map(each => [...each])
      expect([east, west, again].map(each => each?.length)).toEqual([1, 1, 1])
      expect(west).not.toEqual(east)
      expect(again).toEqual(east)

      const { apiKey, secret } = (await ask(one, createApiKey)).data.createApiKey
      const strangers = Array.from({ length: 16 }, () => client(secret))
      const statuses = async () =>
        new Set(await Promise.all(strangers.map(async each => (await ask(each, today)).status)))
      expect(await statuses()).toEqual(new Set([200]))
      expect(await ask(one, revokeApiKey, { input: apiKey })).toMatchObject(done)
      expect(await statuses()).toEqual(new Set([401]))
    })

    test('where the process that looks after abandoned plans is killed, the other one does', async () => {
      const file = new File(['Raó social;Població\r\nAnnex;Terrassa\r\n'], 'clients.csv')
      const plan = await us.do('createImport', { kind: 'CLIENT', file }, 'id')
      await world.database.write(manager => manager.query("UPDATE import_plans SET state = 'PLANNING'"))
      process.kill(serving.workers[0] ?? 0, 'SIGKILL')
      const state = async () => (await us.get(`{ importPlan(id: "${plan.id}") { state } }`)).importPlan.state
      for (let tries = 0; tries < 50 && (await state()) === 'PLANNING'; tries++) await sleep(100)
      expect(await state()).toBe('FAILED')
    })

    test('a stop lets the requests of all processes end', async () => {
      const busy = Array.from({ length: 8 }, () => client())
      await Promise.all(busy.map(each => each.ask('/health')))
      const query = '{ clients(first: 100) { nodes { id overview { invoices { overdue { count } } } } } }'
      const running = busy.map(each => ask(each, query))
      serving.terminate()
      expect((await Promise.all(running)).map(({ status }) => status)).toEqual(busy.map(() => 200))
      expect(await serving.exited).toBe(0)
    })

    test('a stop breaks off what still runs after ten seconds, and says so by its exit code', async () => {
      const socket = await answered(
        serving.url,
        `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${us.secret}\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
      )
      serving.terminate()
      expect(await serving.exited).toBe(1)
      socket.destroy()
    })

    test('a start that fails says so once', async () => {
      const { port } = new URL(serving.url)
      const { code, stdout, stderr } = await clientelaWith({ WORKERS: '2', PORT: port }, world, 'serve')
      expect({ code, stdout, times: stderr.match(/^Error: .*EADDRINUSE/gm)?.length }).toEqual({
        code: 1,
        stdout: '',
        times: 1,
      })
    })
  })

const today = '{ viewer { today } }'
const createApiKey =
  'mutation { createApiKey(input: { name: "x", scopes: ["clients:read"] }) { apiKey { id version } secret } }'
const revokeApiKey = 'mutation($input: RecordInput!) { done: revokeApiKey(input: $input) { userErrors { code } } }'
const updateOrganization =
  'mutation($input: UpdateOrganizationInput!) { done: updateOrganization(input: $input) { userErrors { code } } }'
const done = { data: { done: { userErrors: [] } } }

async function ask(client: KeepAliveClient, query: string, variables?: Json): Promise<Json> {
  const { status, body } = await client.ask('/graphql', { query, variables })
  return { status, ...JSON.parse(body) }
}

/** A connection over which a process of the server has answered. */
async function answered(url: string, request = 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined) // its process is killed
  socket.write(request)
  await once(socket, 'data')
  return socket
}
