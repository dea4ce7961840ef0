import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, validateSchema } from 'graphql'
import ts from 'typescript'
import { features, resolvers } from '../src/features/index.js'
import { schemaOf } from '../src/graphql/schema.js'
import { groupBy } from '../src/lib/group.js'
import { handWritten, largeFiles, longFunctions } from './support/sizes.js'

const root = resolve('src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => join(root, name))
const sources = files
  .filter(file => !file.endsWith('.test.ts'))
  .map(file => ({ file: relative(root, file), text: readFileSync(file, 'utf8') }))

/** Returns the imports of a file, as paths below src or package names. */
function importsOf({ file, text }: { file: string; text: string }): { to: string; names: string[] }[] {
  const found: { to: string; names: string[] }[] = []
  ts.createSourceFile(file, text, ts.ScriptTarget.ES2022).forEachChild(node => {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return
    if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) return
    const { text: specifier } = node.moduleSpecifier
    const to = specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, '.ts')
      : specifier
    const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : undefined
    found.push({
      to,
      names:
        bindings && ts.isNamedImports(bindings)
          ? bindings.elements.map(element => (element.propertyName ?? element.name).text)
          : [],
    })
  })
  return found
}

const imports = sources.flatMap(source => importsOf(source).map(each => ({ from: source.file, ...each })))
const order = Object.keys(features)
const featureOf = (path: string) => /^features\/([^/]+)\//.exec(path)?.[1]

test('the checks of this file find files', () => {
  expect(sources.length).toBeGreaterThan(100)
  expect(imports.length).toBeGreaterThan(500)
})

test('a feature imports only features before it, and only their index', () => {
  const wrong = imports.filter(({ from, to }) => {
    const [mine, other] = [featureOf(from), featureOf(to)]
    return (
      mine &&
      other &&
      mine !== other &&
      (order.indexOf(other) >= order.indexOf(mine) || to !== `features/${other}/index.ts`)
    )
  })
  expect(
    wrong.map(
      ({ from, to }) => `${from} imports ${to}: offer a slot in the earlier feature, or export it from its index.ts`,
    ),
  ).toEqual([])
})

test('the engine of figures knows no feature that has figures', () => {
  const described = new Set(
    sources.filter(({ file }) => file.endsWith('.figures.ts')).map(({ file }) => featureOf(file)),
  )
  expect(described.size).toBeGreaterThan(3)
  const wrong = imports.filter(({ from, to }) => featureOf(from) === 'figures' && described.has(featureOf(to)))
  expect(
    wrong.map(
      ({ from, to }) => `${from} imports ${to}: let the feature say it in its description (figures/registry.ts)`,
    ),
  ).toEqual([])
})

/** From the bottom up; rooms on one line know nothing of each other. */
const layers = [
  ['lib'],
  ['config'],
  ['model'],
  ['storage'],
  ['database'],
  ['graphql'],
  ['request'],
  ['features'],
  ['verify', 'demo', 'backup'],
  ['http', 'processes'],
  ['main'],
  ['cli'],
]
const roomOf = (path: string) => path.split('/')[0]?.replace(/\.ts$/, '') ?? ''
const layerOf = (path: string) => layers.findIndex(rooms => rooms.includes(roomOf(path)))

test('a room imports only rooms below it', () => {
  expect(
    sources.filter(({ file }) => layerOf(file) < 0).map(({ file }) => `${file} is in no room: add it to layers`),
  ).toEqual([])
  const wrong = imports.filter(
    ({ from, to }) => to.endsWith('.ts') && roomOf(to) !== roomOf(from) && layerOf(to) >= layerOf(from),
  )
  expect(
    wrong.map(({ from, to }) => `${from} imports ${to}: move what it needs down, or pass it as an argument`),
  ).toEqual([])
})

test('no imports go round in a circle', () => {
  const targets = groupBy(imports, ({ from }) => from)
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, above: readonly string[]) => {
    if (above.includes(file)) circles.push([...above.slice(above.indexOf(file)), file].join(' → '))
    if (above.includes(file) || done.has(file)) return
    for (const { to } of targets.get(file) ?? []) if (to.endsWith('.ts')) visit(to, [...above, file])
    done.add(file)
  }
  for (const { file } of sources) visit(file, [])
  expect(circles).toEqual([])
})

test('only the database folder knows the DataSource', () => {
  const wrong = imports.filter(
    ({ from, to, names }) => to === 'typeorm' && names.includes('DataSource') && !from.startsWith('database/'),
  )
  expect(wrong.map(({ from }) => `${from}: take a scope from ctx.read or ctx.mutate instead`)).toEqual([])
})

test('features reach the database by scopes alone', () => {
  // It finds the organisation, so it has none yet.
  const allowed = ['features/access/authenticate.ts']
  const wrong = imports.filter(
    ({ from, to }) => from.startsWith('features/') && to === 'database/database.ts' && !allowed.includes(from),
  )
  expect(wrong.map(({ from }) => `${from}: take a scope from ctx.read or ctx.mutate instead`)).toEqual([])
})

test('only the database, the door and the second computation run SQL of their own', () => {
  // The first finds the organisation of a key; verify and backup look at every row beside the code that wrote it.
  const allowed = ['features/access/authenticate.ts', 'request/door.ts']
  const wrong = sources.filter(
    ({ file, text }) =>
      !['database', 'verify', 'backup'].includes(roomOf(file)) &&
      !allowed.includes(file) &&
      /\bread\.(?:query|lists|run)\b|database\/session\.js|\bEntityManager\b|\bQueryRunner\b/.test(text),
  )
  expect(wrong.map(({ file }) => `${file}: read and write rows by a scope`)).toEqual([])
})

test('only config.ts reads the environment', () => {
  const wrong = sources.filter(
    ({ file, text }) => file !== 'config.ts' && /process\s*\.\s*env|process\[['"]env/.test(text),
  )
  expect(wrong.map(({ file }) => `${file}: read it in config.ts and pass it on`)).toEqual([])
})

test('files are named in kebab-case, and leave nothing for later', () => {
  const wrong = sources.flatMap(({ file, text }) => [
    ...(/^[a-z0-9/.-]+$/.test(file) ? [] : [`${file} is not in kebab-case`]),
    ...(/\b(TODO:|FIXME|XXX)\b/.test(text) ? [`${file} leaves something for later`] : []),
  ])
  expect(wrong).toEqual([])
})

test('no file is larger than its limit', () => {
  expect([...largeFiles(handWritten()).values()]).toEqual([])
})

test('no function has more than 60 lines', () => {
  expect([...longFunctions(handWritten()).values()]).toEqual([])
})

test('the schema is valid', async () => {
  expect(validateSchema(await schemaOf(resolvers))).toEqual([])
})

test('the schema describes every type, field, argument and value', async () => {
  const schema = await schemaOf(resolvers)
  const missing: string[] = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    const note = (what: string, description: string | null | undefined) => {
      if (!description?.trim()) missing.push(what)
    }
    note(type.name, type.description)
    if (isEnumType(type))
      type.getValues().forEach(value => {
        note(`${type.name}.${value.name}`, value.description)
      })
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      note(`${type.name}.${field.name}`, field.description)
      if ('args' in field)
        for (const argument of field.args) note(`${type.name}.${field.name}(${argument.name})`, argument.description)
    }
  }
  expect(missing).toEqual([])
})

test('every operation has a permission; every mutation takes one input and answers with a payload', async () => {
  const schema = await schemaOf(resolvers)
  const operations = [schema.getQueryType(), schema.getMutationType()].flatMap(type =>
    Object.values(type?.getFields() ?? {}),
  )
  expect(
    operations
      .filter(({ extensions }) => ![extensions.permission].flat().every(permission => typeof permission === 'string'))
      .map(({ name }) => name),
  ).toEqual([])
  const wrong = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(({ args, type }) => {
    const payload = schema.getType(String(type).replace(/!$/, ''))
    return args.length !== 1 || args[0]?.name !== 'input' || !isObjectType(payload) || !payload.getFields().userErrors
  })
  expect(wrong.map(({ name }) => name)).toEqual([])
})
