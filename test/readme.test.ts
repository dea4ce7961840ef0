import { readdirSync, readFileSync } from 'node:fs'
import { parse, validate } from 'graphql'
import { compact, differencesOf, exampleFiles, fencesOf, idsFor, operationsOf } from './support/example.js'
import { furnish, type Furniture } from './support/furnish.js'
import { schema } from './support/walk.js'
import { World, type Tenant } from './support/world.js'

const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`)
    .sort(),
]
const isGuide = (page: string) => page.startsWith('docs/guides/')

const fences = pages.flatMap(page =>
  fencesOf(readFileSync(page, 'utf8')).map((fence, at) => ({ ...fence, page, name: `${page} ${at + 1}` })),
)
const blocks = fences.filter(({ language }) => language === 'graphql')
const queries = blocks.filter(({ text }) => operationsOf(parse(text)).some(({ operation }) => operation === 'query'))
/** Each JSON block of a guide: an answer to the operation above it, or its variables. */
const values = fences.filter(({ language, page, operation }) => language === 'json' && isGuide(page) && operation)
const isAnswer = (text: string) => /^\{\s*"(data|errors)"/.test(text)

const fileOf = (text: string) => exampleFiles.find(each => compact(each.text) === compact(text))

/** The file of `examples` that the text above a block links to last. */
const linkedFile = (above: string) =>
  [...above.matchAll(/\(\.\.\/\.\.\/examples\/([\w/-]+\.(?:graphql|ts))\)/g)].at(-1)?.[1]

let world: World
let us: Tenant
let ours: Furniture
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
  ours = await furnish(us, 'canary')
})
afterAll(() => world.stop())

test.each(blocks)('the GraphQL of $name is one valid operation, just as it is pasted', ({ text }) => {
  const document = parse(text)
  expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  expect(operationsOf(document)).toHaveLength(1)
})

test.each(queries)(
  'the query of $name is answered without an error, and with a record for each id',
  async ({ text }) => {
    const { data, errors } = await us.ask(text, { ...fileOf(text)?.variables, ...idsFor(parse(text), ours) })
    expect(errors).toBeUndefined()
    expect(Object.entries(data).filter(([, value]) => value === null)).toEqual([])
  },
)

test.each(blocks.filter(({ page }) => isGuide(page)))(
  'the GraphQL of $name is the file of examples/queries that the page links to above it',
  ({ page, text, above }) => {
    const named = exampleFiles.find(({ name }) => `queries/${name}.graphql` === linkedFile(above))
    expect(named ?? `${page} names the file of this block in the line above it`).toBe(named)
    expect(compact(text)).toBe(compact(named?.text ?? ''))
  },
)

test.each(fences.filter(({ language, above }) => language === 'ts' && linkedFile(above)))(
  'the TypeScript of $name is the file that the page links to above it',
  ({ above, text }) => {
    expect(text).toBe(readFileSync(`examples/${linkedFile(above)}`, 'utf8'))
  },
)

test('every example stands in a guide', () => {
  const shown = blocks.filter(({ page }) => isGuide(page)).map(({ text }) => compact(text))
  expect(exampleFiles.filter(({ text }) => !shown.includes(compact(text))).map(({ name }) => name)).toEqual([])
})

test.each(values.filter(({ text }) => isAnswer(text)))(
  'the answer of $name has the fields that the operation above it asks for',
  ({ operation, text }) => {
    const { data = null } = JSON.parse(text) as { data?: unknown } // an answer, by its beginning
    expect(operationsOf(parse(operation)).flatMap(each => differencesOf(each, data))).toEqual([])
  },
)

test.each(values.filter(({ text }) => !isAnswer(text)))(
  'the variables of $name are those of the operation above it',
  ({ operation, text }) => {
    const [document] = operationsOf(parse(operation))
    const names = document?.variableDefinitions?.map(({ variable }) => variable.name.value)
    expect(names).toEqual(expect.arrayContaining(Object.keys(JSON.parse(text) as object))) // variables are an object
  },
)
