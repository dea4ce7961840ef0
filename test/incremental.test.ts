import { Client } from '../src/features/clients/index.js'
import { furnish } from './support/furnish.js'
import { Copy, pull, pullRows } from './support/pull.js'
import { Random } from './support/random.js'
import { World, type Json, type Tenant } from './support/world.js'

const present = new Date('2026-03-10T11:00:00Z')
let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
})
beforeEach(async () => {
  world.now = present
  us = await world.organization()
})
afterAll(() => world.stop())

const sorted = (rows: Iterable<Json>) => [...rows].map(row => JSON.stringify(row)).sort()
const context = (organization: Json) => world.system.contextOf(organization)
const facts = async (id: string) => {
  const [row] = await world.database.read.query(
    `SELECT id, name, country, base_currency AS baseCurrency, time_zone AS timeZone, language FROM organizations WHERE id = '${id}'`,
  )
  return row
}

test('changed rows come again, unchanged ones do not, and deletions are reported', async () => {
  const [kept, changed, doomed] = [await us.client(), await us.client(), await us.client()]
  const copy = new Copy(us, 'clients', ['id'])
  expect((await copy.pull()).map(row => row.id).sort()).toEqual([kept.id, changed.id, doomed.id].sort())
  expect(await copy.pull()).toEqual([])
  await us.do('updateClient', { id: changed.id, version: 1, legalName: 'New' })
  await us.do('deleteClient', { id: doomed.id, version: 1 })
  const made = await us.client()
  expect((await copy.pull()).map(row => [row.id, row.legal_name !== null, row.deleted_at !== null])).toEqual([
    [changed.id, true, false],
    [doomed.id, false, true],
    [made.id, true, false],
  ])
  expect(sorted(copy.rows.values())).toEqual(sorted(await pullRows(us, 'clients')))
  expect(await copy.pull()).toEqual([])
})

test('an organisation whose last position is lost begins again at the clock, and no change is missed', async () => {
  const copy = new Copy(us, 'clients', ['id'])
  await us.client()
  await copy.pull()
  world.now = new Date(present.getTime() + 60_000)
  await world.database.write(manager =>
    manager.query(`DELETE FROM record_changes WHERE organization_id = '${us.organizationId}' AND kind = ''`),
  )
  const made = await us.client()
  expect((await copy.pull()).map(row => row.id)).toEqual([made.id])
  const next = await us.client()
  expect((await copy.pull()).map(row => row.id)).toEqual([next.id])
})

test('a full pull reports no deletions', async () => {
  const doomed = await us.client()
  await us.do('deleteClient', { id: doomed.id, version: 1 })
  expect(await pullRows(us, 'clients')).toEqual([])
})

test('the name of an owner stands beside its id, and renaming the owner brings their records again, and no others', async () => {
  const [marta, joan] = [await us.user({ name: 'Marta Àvila' }), await us.user({ name: 'Joan' })]
  const [hers, his] = [await us.client({ ownerId: marta.id }), await us.client({ ownerId: joan.id })]
  await us.client()
  await us.deal(hers.id, { ownerId: joan.id })
  await us.deal(his.id, { ownerId: marta.id })
  const others = await world.organization()
  await others.client({ ownerId: (await others.user({ name: 'Strange' })).id })
  const copies = [
    ['clients', 'id'],
    ['deals', 'id'],
    ['client-summaries', 'client_id'],
  ].map(([table = '', key = '']) => ({ table, copy: new Copy(us, table, [key]) }))
  const namesOf = (rows: Iterable<Json>) => [...rows].map(row => row.owner_name).sort()
  for (const { table, copy } of copies) {
    await copy.pull()
    expect([table, namesOf(copy.rows.values())]).toEqual([
      table,
      table === 'deals' ? ['Joan', 'Marta Àvila'] : ['Joan', 'Marta Àvila', null],
    ])
  }
  await us.do('updateUser', { id: marta.id, version: marta.version, name: 'Marta Vila' })
  for (const { table, copy } of copies) {
    expect([table, (await copy.pull()).map(row => [row.owner_id, row.owner_name])]).toEqual([
      table,
      [[marta.id, 'Marta Vila']],
    ])
    expect([table, sorted(copy.rows.values())]).toEqual([table, sorted(await pullRows(us, table))])
  }
  expect(namesOf(await pullRows(us, 'lists/clients'))).toEqual(['Joan', 'Marta Vila', null])
  expect(namesOf(await pullRows(us, 'lists/deals', 'columns=owner_name'))).toEqual(['Joan', 'Marta Vila'])
})

test('replaced lines, and those of a deleted draft, are reported as deleted', async () => {
  const client = await us.client()
  const draft = await us.draft(client.id, '10')
  const copy = new Copy(us, 'invoice-lines', ['id'])
  expect(await copy.pull()).toHaveLength(1)
  const updated = await us.do('updateInvoice', {
    id: draft.id,
    version: draft.version,
    lines: [
      { description: 'a', quantity: '1', unitPrice: '1' },
      { description: 'b', quantity: '1', unitPrice: '2' },
    ],
  })
  expect(await copy.pull()).toHaveLength(3)
  expect([...copy.rows.values()].map(row => [row.description, row.unit_price])).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
  await us.do('deleteInvoice', { id: draft.id, version: updated.version })
  await copy.pull()
  expect(copy.rows.size).toBe(0)
})

test('an invoice comes again when it was paid, and so does the summary of its client', async () => {
  const [client, other] = [await us.client(), await us.client()]
  const invoice = await us.invoice(client.id, '100', { authorisedOn: '2026-03-01', dueOn: '2026-03-05' })
  await us.invoice(other.id, '7')
  const invoices = new Copy(us, 'invoices', ['id'])
  const summaries = new Copy(us, 'client-summaries', ['client_id'])
  await invoices.pull()
  await summaries.pull()
  await us.do('recordPayment', { invoiceId: invoice.id, amount: '40' })
  expect((await invoices.pull()).map(row => [row.id, row.amount_due])).toEqual([[invoice.id, '60.00']])
  expect((await summaries.pull()).map(row => [row.client_id, row.sales_overdue_amount_base])).toEqual([
    [client.id, '60.00'],
  ])
})

test('a merge and its undoing reach every copy', async () => {
  const { byType } = await furnish(us, 'canary')
  const other = await us.client({ legalName: 'Other' })
  await us.project(other.id)
  const keys: Record<string, string[]> = {
    clients: ['id'],
    contacts: ['id'],
    projects: ['id'],
    invoices: ['id'],
    payments: ['id'],
    files: ['id'],
    interactions: ['id'],
    'client-merges': ['id'],
    'client-summaries': ['client_id'],
  }
  const copies = Object.entries(keys).map(([table, key]) => ({ table, copy: new Copy(us, table, key) }))
  const agree = async () => {
    for (const { table, copy } of copies) {
      await copy.pull()
      expect([table, sorted(copy.rows.values())]).toEqual([table, sorted(await pullRows(us, table))])
    }
  }
  await agree()
  const { client } = await us.get('query($id: ID!) { client(id: $id) { version } }', { id: byType.Client })
  await us.do('mergeClients', {
    winnerId: other.id,
    winnerVersion: 1,
    loserId: byType.Client,
    loserVersion: client.version,
  })
  await agree()
  expect(copies.find(({ table }) => table === 'invoices')?.copy.last.length).toBeGreaterThan(5)
  const {
    clientMerges: {
      nodes: [merge],
    },
  } = await us.get('{ clientMerges { nodes { id version } } }')
  await us.do('unmergeClients', { mergeId: merge.id, version: merge.version })
  await agree()
})

test('a change of any kind of record of a client brings the summary of the client again', async () => {
  const client = await us.client()
  const user = await us.user()
  const project = await us.project(client.id)
  const summaries = new Copy(us, 'client-summaries', ['client_id'])
  await summaries.pull()
  const changes: (() => Promise<unknown>)[] = [
    () => us.do('updateClient', { id: client.id, version: 1, legalName: 'B' }),
    () => us.project(client.id),
    () => us.do('createTimeEntry', { projectId: project.id, userId: user.id, minutes: 5 }),
    () => us.task(client.id),
    () =>
      us.do('createPurchaseOrder', {
        clientId: client.id,
        number: '1',
        lines: [{ description: 'x', quantity: '1', unitPrice: '1' }],
      }),
    () => us.draft(client.id, '1'),
    () => us.do('recordPayment', { clientId: client.id, amount: '1' }),
    () => us.deal(client.id),
    () => us.quote(client.id, '1'),
  ]
  for (const change of changes) {
    await change()
    const [row, ...more] = await summaries.pull()
    expect([row?.client_id, more]).toEqual([client.id, []])
  }
  expect(sorted(summaries.rows.values())).toEqual(sorted(await pullRows(us, 'client-summaries')))
})

describe('as days pass', () => {
  test('clients whose figures changed only by the day come again', async () => {
    const made = async (given: (id: string) => Promise<unknown>) => {
      const { id } = await us.client()
      await given(id)
      return String(id)
    }
    const dueOn = (day: string) => (id: string) => us.invoice(id, '10', { authorisedOn: '2025-11-01', dueOn: day })
    const today = await made(dueOn('2026-03-10'))
    const tomorrow = await made(dueOn('2026-03-11'))
    const later = await made(dueOn('2026-03-12'))
    const aged = await made(dueOn('2026-02-08'))
    const older = await made(dueOn('2026-01-09'))
    const old = await made(dueOn('2025-12-10'))
    const ancient = await made(dueOn('2025-11-20'))
    const paid = await made(async id =>
      us.do('recordPayment', {
        invoiceId: (await us.invoice(id, '10', { authorisedOn: '2026-03-01', dueOn: '2026-03-10' })).id,
        amount: '10',
      }),
    )
    const task = await made(id => us.task(id, { dueOn: '2026-03-11' }))
    const lateTask = await made(id => us.task(id, { dueOn: '2026-03-09' }))
    const done = await made(async id => {
      const { id: taskId, version } = await us.task(id, { dueOn: '2026-03-11' })
      await us.do('completeTask', { id: taskId, version })
    })
    const quote = await made(async id => {
      const { id: quoteId, version } = await us.quote(id, '1', { validUntil: '2026-03-10' })
      await us.do('sendQuote', { id: quoteId, version })
    })
    const copies = [
      new Copy(us, 'client-summaries', ['client_id']),
      new Copy(us, 'client-currency-summaries', ['client_id', 'currency'], 'client_id'),
    ]
    const quotes = new Copy(us, 'quotes', ['id'])
    for (const copy of [...copies, quotes]) await copy.pull()
    world.now = new Date('2026-03-11T11:00:00Z')
    const [summaries, currencies] = copies
    await summaries?.pull()
    expect(summaries?.last.map(row => row.client_id).sort()).toEqual([today, aged, older, old, task, quote].sort())
    expect(summaries?.rows.get(today)).toMatchObject({
      as_of: '2026-03-11',
      sales_overdue_count: 1,
      sales_overdue_amount_base: '10.00',
    })
    expect(
      [tomorrow, later, ancient, paid, lateTask, done].filter(id => summaries?.last.some(row => row.client_id === id)),
    ).toEqual([])
    await currencies?.pull()
    const bare = (rows: Iterable<Json>) => sorted([...rows].map(({ as_of: _day, ...row }) => row))
    expect(bare(summaries?.rows.values() ?? [])).toEqual(bare(await pullRows(us, 'client-summaries')))
    expect(bare(currencies?.rows.values() ?? [])).toEqual(bare(await pullRows(us, 'client-currency-summaries')))
    expect((await quotes.pull()).map(row => row.state)).toEqual(['EXPIRED'])
    for (const copy of [...copies, quotes]) expect(await copy.pull()).toEqual([])
  })

  test('a client that was changed on the new day comes once', async () => {
    const client = await us.client()
    await us.invoice(client.id, '10', { authorisedOn: '2026-03-01', dueOn: '2026-03-10' })
    const copy = new Copy(us, 'client-summaries', ['client_id'])
    await copy.pull()
    world.now = new Date('2026-03-12T11:00:00Z')
    await us.task(client.id)
    expect(await copy.pull()).toHaveLength(1)
  })
})

describe('while others write', () => {
  test('no pull misses a transaction that stays open: later changes wait for it, and it comes when it is committed', async () => {
    const organization = await facts(us.organizationId)
    const client = await us.client({ legalName: 'Before' })
    const copy = new Copy(us, 'clients', ['id'])
    await copy.pull()
    const watermarks: string[] = []
    let finish = () => {}
    const held = new Promise<void>(resolve => {
      finish = resolve
    })
    let begun = () => {}
    const started = new Promise<void>(resolve => {
      begun = resolve
    })
    const slow = context(organization).mutate('clients:write', async scope => {
      const row = await scope.take(Client, client.id)
      row.setLegalName('During')
      await scope.change(row)
      begun()
      await held
    })
    await started
    const others: Promise<Json>[] = []
    for (let round = 0; round < 5; round++) {
      world.now = new Date(world.now.getTime() + 6000)
      // On SQLite writes form a queue, so these wait for the slow one; on a server they overtake it.
      others.push(us.client({ legalName: `Other ${round}` }))
      await new Promise(resolve => setTimeout(resolve, 100))
      const answer = await pull(us, 'clients.jsonl')
      watermarks.push(answer.watermark)
      expect(answer.text).not.toContain('During')
      await copy.pull()
    }
    finish()
    await slow
    await Promise.all(others)
    expect((await copy.pull()).map(row => row.legal_name)).toContain('During')
    for (const watermark of watermarks)
      expect((await pullRows(us, 'clients', `updatedSince=${watermark}`)).map(row => row.legal_name)).toContain(
        'During',
      )
    expect(sorted(copy.rows.values())).toEqual(sorted(await pullRows(us, 'clients')))
    expect(await copy.pull()).toEqual([])
  })

  test('a transaction that was rolled back leaves nothing', async () => {
    const copy = new Copy(us, 'clients', ['id'])
    await copy.pull()
    await expect(
      context(await facts(us.organizationId)).mutate('clients:write', async scope => {
        await scope.add(
          Object.assign(scope.make(Client, { tags: [] }), {
            addressLine1: 'x',
            city: 'x',
            country: 'ES',
            legalName: 'x',
            legalNameFolded: 'x',
          }),
        )
        throw new Error('given up')
      }),
    ).rejects.toThrow('given up')
    expect(await copy.pull()).toEqual([])
  })

  test('many pulls beside many writers miss nothing, and no version of a record comes twice', async () => {
    const random = new Random(7)
    const copy = new Copy(us, 'clients', ['id'])
    const summaries = new Copy(us, 'client-summaries', ['client_id'])
    const seen = new Map<string, number>()
    let writing = true
    const writers = Array.from({ length: 4 }, async () => {
      const mine: Json[] = []
      for (let at = 0; at < 20; at++) {
        if (mine.length > 0 && random.chance(0.5)) {
          const some = mine[random.integer(0, mine.length - 1)]
          some.version = (await us.do('updateClient', { id: some.id, version: some.version, notes: `n${at}` })).version
        } else if (mine.length > 2 && random.chance(0.3)) {
          const gone = mine.pop()
          await us.do('deleteClient', { id: gone.id, version: gone.version })
        } else {
          mine.push(await us.client())
        }
      }
    })
    const reader = (async () => {
      while (writing) {
        for (const row of await copy.pull()) {
          const state = `${row.id} ${row.deleted_at ? 'gone' : row.version}`
          seen.set(state, (seen.get(state) ?? 0) + 1)
        }
        await summaries.pull()
      }
    })()
    await Promise.all(writers)
    writing = false
    await reader
    await copy.pull()
    await summaries.pull()
    expect([...seen].filter(([, times]) => times > 1)).toEqual([])
    expect(sorted(copy.rows.values())).toEqual(sorted(await pullRows(us, 'clients')))
    expect([...summaries.rows.keys()].sort()).toEqual([...copy.rows.keys()].sort())
  })

  test('positions rise even where the clock goes back', async () => {
    const copy = new Copy(us, 'clients', ['id'])
    await us.client()
    await copy.pull()
    world.now = new Date('2026-03-10T10:00:00Z')
    await us.client()
    expect(await copy.pull()).toHaveLength(1)
    expect(await copy.pull()).toEqual([])
  })
})

test('a copy of every table that follows by pulls equals the table, whatever happened meanwhile', async () => {
  const { tables } = JSON.parse((await pull(us, 'manifest.json')).text)
  const copies: [string, Copy][] = tables.map(({ name, key, replacedBy }: Json) => [
    name,
    new Copy(us, name, key, replacedBy),
  ])
  for (const [, copy] of copies) await copy.pull()
  await furnish(us, 'canary')
  for (const [name, copy] of copies) {
    await copy.pull()
    expect([name, sorted(copy.rows.values())]).toEqual([name, sorted(await pullRows(us, name))])
    expect([name, await copy.pull()]).toEqual([name, []])
  }
})
