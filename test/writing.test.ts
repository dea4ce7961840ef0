import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { World, type Tenant } from './support/world.js' // first: it loads the features in their order
import type { WriteScope } from '../src/database/scope/write-scope.js'
import { eventOf } from '../src/database/effects/history.js'
import { snapshot } from '../src/database/effects/snapshot.js'
import { writtenTable } from '../src/database/scope/unobserved.js'
import { Contact } from '../src/features/clients/index.js'
import { PurchaseOrderLine } from '../src/features/purchasing/index.js'

// Every way to write a row is observed by every effect, unless the name of the verb says otherwise.

const effects = ['history', 'search', 'feeds'] as const
type Name = (typeof effects)[number]

interface Verb {
  /** The effects that leave the write to somebody else. */
  without: readonly Name[]
  /** Writes a new row, or one of a contact that is there, and gives its id. */
  write: (scope: WriteScope, contact: string) => Promise<string>
}

let world: World
let us: Tenant
let client: string
let order: string
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  client = (await us.client()).id
  const line = { description: 'Paper', quantity: '1', unitPrice: '10' }
  order = (await us.do('createPurchaseOrder', { clientId: client, direction: 'TO_CLIENT', lines: [line] })).id
})
afterAll(() => world.stop())

let names = 0
const person = () => {
  const name = `Person${++names}`
  return { clientId: client, name, nameFolded: name.toLowerCase(), primary: false }
}
const made = (scope: WriteScope) => scope.make(Contact, person())
const renamed = async (scope: WriteScope, contact: string) =>
  Object.assign(await scope.take(Contact, contact), person())
const versioned = (row: Contact, scope: WriteScope) =>
  Object.assign(row, { version: 1, createdAt: scope.now, updatedAt: scope.now })
const lineOf = (scope: WriteScope) =>
  scope.make(PurchaseOrderLine, {
    purchaseOrderId: order,
    position: 2,
    description: 'More',
    quantity: 1n,
    unitPrice: 1n,
    discount: 0n,
    currency: 'EUR',
    net: 1n,
  })

/** A part is found with its document and told with it; feeds hear that it is gone. */
const verbs: Record<string, Verb> = {
  add: { without: [], write: async scope => (await scope.add(made(scope))).id },
  addAll: {
    without: [],
    write: async scope => {
      const row = made(scope)
      await scope.addAll([row])
      return row.id
    },
  },
  insertSilently: { without: ['history'], write: async scope => (await scope.insertSilently(made(scope))).id },
  insertParts: {
    without: effects,
    write: async scope => {
      const row = lineOf(scope)
      await scope.insertParts([row])
      return row.id
    },
  },
  insertWithHistory: {
    without: [],
    write: async scope => {
      const row = versioned(made(scope), scope)
      const event = { verb: 'CREATED', on: scope.today }
      await scope.insertWithHistory([row], [eventOf(scope.setting.access, scope.now, row, null, snapshot(row), event)])
      return row.id
    },
  },
  restore: {
    without: [],
    write: async scope => (await scope.restore(versioned(made(scope), scope))).id,
  },
  change: {
    without: [],
    write: async (scope, contact) => (await scope.change(await renamed(scope, contact))).id,
  },
  updateSilently: {
    without: ['history'],
    write: async (scope, contact) => (await scope.updateSilently(await renamed(scope, contact))).id,
  },
  remove: {
    without: [],
    write: async (scope, contact) => {
      const row = await scope.take(Contact, contact)
      await scope.remove(row)
      return row.id
    },
  },
  removeSilently: {
    without: ['history'],
    write: async (scope, contact) => {
      const row = await scope.take(Contact, contact)
      await scope.removeSilently(row)
      return row.id
    },
  },
  removeParts: {
    without: ['history', 'search'],
    write: async scope => {
      const [line] = await scope.list(PurchaseOrderLine)
      await scope.removeParts(PurchaseOrderLine, 'purchaseOrderId', order)
      return line?.id ?? ''
    },
  },
  executeUnobserved: {
    without: effects,
    write: async (scope, id) => {
      await scope.executeUnobserved(
        "UPDATE activity_events SET subject_name = 'Nobody' WHERE organization_id = :organization AND subject_id = :id",
        { id },
      )
      return id
    },
  },
  updateUntold: {
    without: ['history', 'search'],
    write: async (scope, id) => {
      await scope.updateUntold(Contact, "name = 'Nobody'", 'id = :id', { id })
      scope.noteChanged(Contact, [id])
      return id
    },
  },
}

/** The verbs that do not write rows: they make one in memory, or say what becomes of the writes. */
const others = ['make', 'reindex', 'noteChanged', 'warn', 'afterCommit', 'committed', 'settle', 'finish']

/** The knowledge of each effect about a row: each value differs once the effect observed a write. */
const traces: Record<Name, string> = {
  history: 'SELECT COUNT(*) AS trace FROM activity_events WHERE subject_id = ?',
  search: 'SELECT words AS trace FROM search_entries WHERE id = ?',
  feeds: "SELECT CONCAT(position, ' ', deleted) AS trace FROM record_changes WHERE record_id = ?",
}

test('every public verb of the scope is in the table, or among those that write no row', () => {
  const path = 'src/database/scope/write-scope.ts'
  const found: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isClassElement(node) && node.name && ts.isMethodDeclaration(node)) {
      const modifiers = ts.getCombinedModifierFlags(node)
      if (!(modifiers & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected))) found.push(node.name.getText())
    }
    node.forEachChild(visit)
  }
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true))
  const known = [...Object.keys(verbs), ...others]
  expect([
    ...found
      .filter(name => !known.includes(name))
      .map(name => `WriteScope.${name} has no row: add one to verbs, or name it in others if it writes no row`),
    ...known.filter(name => !found.includes(name)).map(name => `WriteScope.${name} is no more: take its row out`),
  ]).toEqual([])
})

test('a verb leaves out an effect only where its name says so', () => {
  const silent = Object.entries(verbs).filter(([, { without }]) => without.length > 0)
  expect(silent.map(([name]) => name).filter(name => !/(Silently|Parts|Unobserved|Untold)$/.test(name))).toEqual([])
})

test.each(Object.keys(verbs))('all effects observe %s, but for those that its name leaves out', async name => {
  const { without, write } = verbs[name] ?? { without: [], write: async () => '' }
  const organization = await world.facts(us.organizationId)
  const trace = async (id: string) =>
    Object.fromEntries(
      await Promise.all(
        effects.map(async effect => {
          const [row] = await world.database.read.query(traces[effect], [id])
          return [effect, String(row?.trace ?? '')]
        }),
      ),
    )
  const contact = await us.do('createContact', { clientId: client, name: person().name })
  world.now = new Date(world.now.getTime() + 60_000)
  let earlier: Record<string, string> = {}
  const context = world.system.contextOf(organization)
  const id = await context.mutate(['clients:write', 'orders:write'], async scope => {
    const written = await write(scope, contact.id)
    earlier = await trace(written)
    return written
  })
  const later = await trace(id)
  const observed = effects.filter(effect => earlier[effect] !== later[effect])
  expect(observed).toEqual(effects.filter(effect => !without.includes(effect)))
})

test('a statement that no effect observes writes a table of no record, or the history', async () => {
  const context = world.system.contextOf(await world.facts(us.organizationId))
  const execute = (sql: string) => context.mutate('admin', scope => scope.executeUnobserved(sql))
  const own = 'WHERE organization_id = :organization'
  for (const table of ['clients', 'contacts', 'invoice_lines', 'import_plans', 'organizations'])
    for (const sql of [`UPDATE ${table} SET id = id ${own}`, `DELETE FROM ${table} ${own}`])
      await expect(execute(sql)).rejects.toThrow(`Effects observe ${table}`)
  const ambiguous = [
    'UPDATE figure_marks, clients SET',
    'REPLACE INTO clients (id)',
    ' UPDATE clients SET',
    'WITH x AS',
  ]
  for (const sql of ambiguous) await expect(execute(`${sql} ${own}`)).rejects.toThrow('the one table that it writes')
  await execute(`DELETE FROM figure_marks ${own}`)
})

test('a transaction that changes rows untold and does not tell of them is not kept', async () => {
  const context = world.system.contextOf(await world.facts(us.organizationId))
  const { id, name } = await us.do('createContact', { clientId: client, name: 'Ada' }, 'id name')
  const change = (...told: string[][]) =>
    context.mutate('clients:write', async scope => {
      await scope.updateUntold(Contact, "name = 'Nobody'", 'id = :id', { id })
      for (const ids of told) scope.noteChanged(Contact, ids)
    })
  await expect(change()).rejects.toThrow('Rows of contacts changed')
  expect((await us.get('query($id: ID!) { contact(id: $id) { name } }', { id })).contact.name).toBe(name)
  await change([id])
  expect((await us.get('query($id: ID!) { contact(id: $id) { name } }', { id })).contact.name).toBe('Nobody')
})

/** Where features write what no effect observes, and which table. Whoever adds one says here that nobody misses it. */
const unobserved = [
  'features/erasure/erasure.commands.ts activity_events',
  'features/figures/catch-up.ts client_figures',
  'features/figures/keep-figures.ts by holdMark',
  'features/figures/keep-figures.ts client_figures',
  'features/figures/kept-organization.ts organization_figures',
  'features/figures/marks.ts figure_marks',
  'features/merging/move.ts activity_events',
  'features/merging/move.ts merged_records',
]

const tableOf = (sql?: ts.Expression) =>
  sql && ts.isCallExpression(sql) ? `by ${sql.expression.getText()}` : writtenTable(sql?.getText().slice(1) ?? '')

test('the writes that no effect observes are known', () => {
  const found = new Set<string>()
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))) {
    const visit = (node: ts.Node) => {
      if (
        ts.isCallExpression(node) &&
        ts.isPropertyAccessExpression(node.expression) &&
        node.expression.name.text === 'executeUnobserved'
      )
        found.add(`${file} ${tableOf(node.arguments[0])}`)
      node.forEachChild(visit)
    }
    visit(ts.createSourceFile(file, readFileSync(`src/${file}`, 'utf8'), ts.ScriptTarget.ES2022, true))
  }
  expect([...found].sort()).toEqual(unobserved)
})
