import { setTimeout as sleep } from 'node:timers/promises'
import type { DataSource } from 'typeorm'
import { TcpProxy } from './support/tcp-proxy.js'
import { World, type Tenant } from './support/world.js'

const away = { code: 'SERVICE_UNAVAILABLE', reason: 'DATABASE_AWAY', retryable: true }
const query = '{ clients { nodes { legalName } } }'

let world: World
let us: Tenant
let proxy: TcpProxy | undefined

beforeAll(async () => {
  const url = process.env.TEST_DATABASE === 'mariadb' ? process.env.TEST_DATABASE_URL : undefined
  proxy = url ? await TcpProxy.to(url) : undefined
  world = await World.start({ through: given => proxy?.through(given) ?? given })
  us = await world.organization()
  await us.client({ legalName: 'Forn Núria' })
})
afterAll(async () => {
  await world.stop()
  await proxy?.close()
})

async function health() {
  const start = performance.now()
  const { status } = await fetch(new URL('/health', world.url))
  return { status, inTime: performance.now() - start < 2000 }
}

/** Until the server answers again, at the longest for a while. */
async function untilBack() {
  for (let tries = 0; tries < 200; tries++) {
    if ((await us.ask(query)).status === 200) return
    await sleep(100)
  }
  throw new Error('The server does not recover.')
}

/** The connection that waits for a row. The server looks again once nobody asked it for 100 ms. */
async function waitingThread(): Promise<number> {
  for (let tries = 0; tries < 40; tries++) {
    const [row] = await world.database.read.query<{ id: number | string }[]>(
      "SELECT p.ID AS id FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p ON p.ID = t.trx_mysql_thread_id WHERE p.DB = DATABASE() AND t.trx_state = 'LOCK WAIT'",
    )
    if (row) return Number(row.id)
    await sleep(150)
  }
  throw new Error('Nobody waits.')
}

if (process.env.TEST_DATABASE === 'mariadb') {
  test('when the database falls silent, /health reports it within two seconds, requests get 503, and the server recovers', async () => {
    proxy?.fallSilent()
    const asked = Promise.all(Array.from({ length: 60 }, () => us.ask(query)))
    await sleep(100)
    expect(await health()).toEqual({ status: 503, inTime: true })
    for (const { status, errors } of await asked) expect([status, errors?.[0]?.extensions]).toEqual([503, away])
    expect(await health()).toEqual({ status: 503, inTime: true })
    expect((await us.ask(query)).status).toBe(503)
    proxy?.speakAgain()
    await untilBack()
    expect(await health()).toEqual({ status: 200, inTime: true })
  })

  test('an unreachable database gives 503, before an operation and within it', async () => {
    await proxy?.refuse()
    const { status, errors } = await us.ask(query)
    expect([status, errors?.[0]?.extensions]).toEqual([503, away])
    expect(await health()).toEqual({ status: 503, inTime: true })
    const exported = await fetch(new URL('/export/v1/clients.csv', world.url), {
      headers: { authorization: `Bearer ${us.secret}` },
    })
    expect([exported.status, await exported.json()]).toEqual([
      503,
      { errors: [{ message: expect.any(String), extensions: away }] },
    ])
    await proxy?.listen()
    await untilBack()
  })

  test('a connection that is cut during an operation gives 503, and the next operation succeeds', async () => {
    // The key is read before it is cut, the records after.
    world.database.onStatement = sql => {
      if (sql.includes('legal_name')) proxy?.cut()
    }
    const { status, errors } = await us.ask(query).finally(() => {
      world.database.onStatement = null
    })
    expect([status, errors?.[0]?.extensions]).toEqual([503, away])
    await untilBack()
  })

  test('a connection that is lost during a commit gives OUTCOME_UNKNOWN', async () => {
    world.database.onStatement = sql => {
      if (sql === 'COMMIT') proxy?.cut()
    }
    const { status, errors } = await us
      .ask(
        'mutation { createClient(input: { legalName: "Perdut", address: { line1: "a", city: "b" } }) { client { id } } }',
      )
      .finally(() => {
        world.database.onStatement = null
      })
    expect([status, errors?.[0]?.extensions]).toEqual([
      503,
      { code: 'SERVICE_UNAVAILABLE', reason: 'OUTCOME_UNKNOWN', retryable: false },
    ])
    await untilBack()
  })

  test('a change that the server ends before it comes to COMMIT was not kept, and may be sent again', async () => {
    const { status, errors } = await world.database.write(async session => {
      await session.query(
        "SELECT position FROM record_changes WHERE organization_id = ? AND kind = '' AND record_id = '' FOR UPDATE",
        [us.organizationId],
      )
      const asked = us.ask(
        'mutation { createClient(input: { legalName: "Aturat", address: { line1: "a", city: "b" } }) { client { id } } }',
      )
      await session.query(`KILL QUERY ${await waitingThread()}`)
      return asked
    })
    expect([status, errors?.[0]?.extensions]).toEqual([503, away])
    expect(
      (await us.get('{ clients(filter: { legalName: { eq: "Aturat" } }) { totalCount } }')).clients.totalCount,
    ).toBe(0)
  })
} else {
  test('a full disk gives STORAGE_FULL to writers; reading goes on, and so does writing once there is room', async () => {
    const pages = async (most: string) => world.database.write(manager => manager.query(`PRAGMA max_page_count${most}`))
    await pages(' = 1')
    const write = (times: number) =>
      us.ask(
        `mutation { ${Array.from({ length: times }, (_, at) => `c${at}: createClient(input: { legalName: "Ple ${at}", notes: "${'ple '.repeat(400)}", address: { line1: "a", city: "b" } }) { client { id } }`).join(' ')} }`,
      )
    const { status, data, errors } = await write(1).then(answer => (answer.errors ? answer : write(20)))
    expect(errors?.at(-1)?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE', reason: 'STORAGE_FULL', retryable: true })
    expect(status).toBe(Object.values(data ?? {}).some(value => value !== null) ? 200 : 503)
    expect((await us.ask(query)).status).toBe(200)
    expect(await health()).toEqual({ status: 200, inTime: true })
    await pages(' = 1073741823')
    expect((await write(1)).errors).toBeUndefined()
  })

  test('a read-only database refuses changes with the reason, and reading goes on', async () => {
    const { writer } = world.database as unknown as { writer: DataSource } // no feature can get at it
    const take = (changes: boolean) => writer.query(`PRAGMA query_only = ${changes ? 'OFF' : 'ON'}`)
    await take(false)
    const { status, errors } = await us.ask(
      'mutation { createClient(input: { legalName: "Tancat", address: { line1: "a", city: "b" } }) { client { id } } }',
    )
    expect([status, errors?.[0]?.extensions]).toEqual([
      503,
      { code: 'SERVICE_UNAVAILABLE', reason: 'DATABASE_READ_ONLY', retryable: true },
    ])
    expect((await us.ask(query)).status).toBe(200)
    await take(true)
    await us.client({ legalName: 'Obert' })
  })
}
