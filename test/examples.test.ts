import { ClientelaClient } from '@clientela/sdk'
import { parse } from 'graphql'
import { debtors, save } from '../examples/typed-client.js'
import { exampleFiles, operationsOf, recordsFor, type ExampleFile } from './support/example.js'
import { furnish, type Furniture } from './support/furnish.js'
import { versionOf } from './support/mutation-inputs.js'
import { committed, planned } from './support/importing.js'
import { World, type Json, type Tenant } from './support/world.js'

const [queries, changes] = (['query', 'mutation'] as const).map(kind =>
  exampleFiles.filter(({ text }) => operationsOf(parse(text))[0]?.operation === kind),
)

let world: World
let us: Tenant
let ours: Furniture
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  ours = await furnish(us, 'client')
  await us.invoice(String(ours.byType.Client), '10', { currency: 'JPY' }) // has no rate
})
afterAll(() => world.stop())

test.each(exampleFiles)('$name is one operation with a title above it', ({ text }) => {
  expect(operationsOf(parse(text)).map(({ name }) => name?.value)).toEqual([expect.any(String)])
  expect(text).toMatch(/^# [A-Z][^\n]{8,45}[^\n.]\n(query|mutation) /)
})

test('no two examples have the same title', () => {
  const titles = exampleFiles.map(({ text }) => text.slice(0, text.indexOf('\n')))
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([])
})

test.each(queries ?? [])('the query $name is answered, and each of its lists has something in it', async example => {
  const { data, errors } = await us.ask(example.text, await variablesFor(example))
  expect(errors).toBeUndefined()
  expect(Object.values(data)).not.toContain(null)
  expect(emptyListsOf(data)).toEqual([])
})

test.each(changes ?? [])('the change $name is made', async example => {
  const { data, errors } = await us.ask(example.text, await variablesFor(example))
  expect(errors).toBeUndefined()
  const [payload] = Object.values<Json>(data)
  expect(payload.userErrors).toEqual([])
  expect(Object.values(payload)).not.toContain(null)
})

async function variablesFor(example: ExampleFile): Promise<Record<string, unknown>> {
  const prepare = records[example.name] ?? (() => recordsFor(world, example, ours))
  return { ...example.variables, ...(await prepare()) }
}

describe('the typed client', () => {
  const clientela = () => new ClientelaClient({ url: world.url, apiKey: us.secret })

  test('lists the clients with overdue invoices', async () => {
    expect(await debtors(clientela())).toEqual(['client legalName'])
  })

  test('saves a client, or says beside which field something is wrong', async () => {
    const input = { legalName: 'Ateneu', address: { line1: 'C/ Major 1', city: 'Terrassa' } }
    expect(await save(clientela(), { ...input, taxId: 'A58818502' })).toEqual({ taxId: expect.any(String) })
    expect(await save(clientela(), input)).toEqual({})
  })
})

/** The records of an example that says little, or is refused, on any other. */
const records: Record<string, () => Promise<Record<string, unknown>>> = {
  'client-tag': async () => ({ clients: [await us.client()] }),
  'invoice-submit': () => us.draft(String(ours.byType.Client), '10'),
  'invoice-authorise': async () => us.do('submitInvoice', await us.draft(String(ours.byType.Client), '10')),
  'invoice-pay': async () => ({ invoiceId: (await us.invoice(String(ours.byType.Client), '600')).id }),
  'rate-set': () => us.invoice(String(ours.byType.Client), '10', { currency: 'SEK' }, 'id version'),
  'file-upload': async () => ({ input: { subjectId: ours.byType.Client, files: [new File(['x'], 'contract.txt')] } }),
  'import-create': async () => ({ file: sheetOf('Uploaded') }),
  'import-plan': () => us.do('createImport', { kind: 'CLIENT', file: sheetOf('Compared') }),
  'import-commit': async () => planned(us, 'CLIENT', sheetOf('Written')),
  'import-undo': async () => {
    const plan = await planned(us, 'CLIENT', sheetOf('Taken back'))
    await committed(us, plan)
    return { id: plan.id, version: await versionOf(world, plan.id) }
  },
  'merge-preview': async () => {
    const clients = [await us.client(), await us.client()].map(({ id }: Json) => String(id))
    for (const clientId of clients) await us.do('createContact', { clientId, name: 'Comptes', primary: true })
    return { winnerId: clients[0], loserId: clients[1] }
  },
  merge: async () => {
    const [winner, loser] = [await us.client(), await us.client({ email: 'comptes@ateneu.example' })]
    return { winnerId: winner.id, winnerVersion: winner.version, loserId: loser.id, loserVersion: loser.version }
  },
  'merge-undo': async () => {
    const merge = String(ours.byType.ClientMerge)
    return { mergeId: merge, version: await versionOf(world, merge) }
  },
  erase: async () => {
    const person = await us.client()
    return { personId: person.id, version: person.version }
  },
}

const sheetOf = (name: string) =>
  new File([`Nom;Adreça;Comentaris;Ciutat\n${name};C/ Major 1;Molt bona gent;Terrassa\n`], 'clients.csv')

/** The paths of lists that hold nothing wherever they occur in an answer. */
function emptyListsOf(data: unknown): string[] {
  const counts = new Map<string, number>()
  const look = (value: unknown, path: string) => {
    if (Array.isArray(value)) counts.set(path, (counts.get(path) ?? 0) + value.length)
    for (const [name, each] of Object.entries(value ?? {}))
      if (typeof value === 'object') look(each, Array.isArray(value) ? path : `${path}.${name}`)
  }
  look(data, 'data')
  return [...counts].filter(([, count]) => count === 0).map(([path]) => path)
}
