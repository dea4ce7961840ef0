import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { variables } from '../src/config.js'
import { limits } from '../src/graphql/limits.js'

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'sdk/README.md',
  'examples/README.md',
  'examples/queries/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
].map(path => ({ path, text: readFileSync(path, 'utf8') }))
const textOf = (path: string) => readFileSync(path, 'utf8')
/** The folder of `docs/guides/*.md`. */
const withoutStars = (path: string) => (path.includes('*') ? dirname(path.slice(0, path.indexOf('*') + 1)) : path)
const isThere = (page: string, path: string) => existsSync(path) || existsSync(join(dirname(page), path))
const withoutBlocks = (text: string) => text.replaceAll(/^```[^]*?^```/gm, '')

/** The anchors of a page, as GitHub makes them from its headings. */
const anchorsOf = (text: string) =>
  [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const linksOf = ({ path, text }: { path: string; text: string }) =>
  [...withoutBlocks(text).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([link, to = '', anchor = '']) => ({ link, anchor, target: to === '' ? path : join(dirname(path), to) }),
  )

test('every link of a document leads to a file, and to a heading that is there', () => {
  const wrong = pages.flatMap(page =>
    linksOf(page)
      .filter(
        ({ target, anchor }) => !existsSync(target) || (anchor !== '' && !anchorsOf(textOf(target)).includes(anchor)),
      )
      .map(({ link }) => `${page.path} has ${link}: correct the link, or bring back what it leads to`),
  )
  expect(wrong).toEqual([])
})

test('every path of this repository that a document names is there', () => {
  const folders = readdirSync('.', { withFileTypes: true }).filter(each => each.isDirectory() && each.name !== 'data')
  const isOurs = new RegExp(`^(${folders.map(({ name }) => name.replaceAll('.', '\\.')).join('|')})/[\\w./*-]*$`)
  const wrong = pages
    .filter(({ path }) => path !== 'CHANGELOG.md')
    .flatMap(({ path, text }) =>
      [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)]
        .map(([, name = '']) => name)
        .filter(name => isOurs.test(name) && !isThere(path, withoutStars(name)))
        .map(name => `${path} names ${name}: write where it is now`),
    )
  expect(wrong).toEqual([])
})

test('every document is reached from the table of contents', () => {
  const contents = pages.find(({ path }) => path === 'docs/README.md')
  const listed = contents ? linksOf(contents).map(({ target }) => target) : []
  const missing = pages
    .map(({ path }) => path)
    .filter(path => path.startsWith('docs/') && path !== 'docs/README.md' && !listed.includes(path))
  expect(missing.map(path => `docs/README.md leaves out ${path}: add a line for it`)).toEqual([])
})

test('every command of npm that a document names is there', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> } // our own file
  const wrong = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\bnpm run ([a-z][\w:]*)/g)]
      .map(([, name = '']) => name)
      .filter(name => !(name in scripts))
      .map(name => `${path} names npm run ${name}: write which script does that now`),
  )
  expect(wrong).toEqual([])
})

test('the tree in ARCHITECTURE.md has every room of src, and the files of the feature that it shows', () => {
  const tree = /^src\/.*?^```/ms.exec(textOf('ARCHITECTURE.md'))?.[0] ?? ''
  const rooms = readdirSync('src', { withFileTypes: true })
    .filter(({ name }) => !name.endsWith('.test.ts'))
    .map(each => (each.isDirectory() ? `${each.name}/` : each.name))
  expect(rooms.filter(name => !tree.includes(` ${name}`)).map(name => `the tree leaves out ${name}`)).toEqual([])
  const [, feature = '', files = ''] = /^(features\/\w+\/)\n((?: {2}.*\n)+)/m.exec(textOf('ARCHITECTURE.md')) ?? []
  const shown = [...files.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => `src/${feature}${name}`)
  expect(shown.length).toBeGreaterThan(5)
  expect(shown.filter(path => !existsSync(path))).toEqual([])
})

test.each([
  ['README.md', 120, 'a guide or a reference page of docs/'],
  ['ARCHITECTURE.md', 150, 'a page of docs/design/ or docs/decisions/'],
])('%s has at most %i lines', (path, most, elsewhere) => {
  const count = textOf(path).trimEnd().split('\n').length
  expect(count <= most ? '' : `${path} has ${count} lines: move what is not for everybody to ${elsewhere}`).toBe('')
})

test('the guide to imports names every kind of import', () => {
  const [, values = ''] = /^enum ImportKind \{$([^]*?)^\}/m.exec(textOf('schema/schema.graphql')) ?? []
  const kinds = [...values.matchAll(/^ {2}([A-Z_]+)$/gm)].map(([, kind = '']) =>
    kind.toLowerCase().replaceAll('_', '-'),
  )
  expect(kinds).toContain('client')
  const guide = 'docs/guides/imports.md'
  const missing = kinds.filter(kind => !textOf(guide).includes(`\`${kind}\``))
  expect(missing.map(kind => `${guide} leaves out \`${kind}\`: say what its rows are`)).toEqual([])
})

/** The rows of the table below a heading, or below the title, each as its cells. */
function rowsBelow(text: string, heading: string): string[][] {
  const section = text.split(`${heading}\n`)[1]?.split('\n#')[0] ?? ''
  return section
    .split('\n')
    .filter(line => line.startsWith('| '))
    .slice(1)
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
}

test('the configuration page has every variable that the program reads, with its default', () => {
  const rows = rowsBelow(textOf('docs/reference/configuration.md'), '# Configuration')
  const told = rows.map(([name, , value]) => [name, value])
  const read = Object.entries(variables).map(([name, { standard }]) => [
    `\`${name}\``,
    standard === undefined ? '' : `\`${String(standard)}\``,
  ])
  expect(told.sort()).toEqual(read.sort())
})

test('the page of limits has every limit of a request with its value', () => {
  const numbers = rowsBelow(textOf('docs/reference/limits.md'), '## A request').map(([, most = '']) => most)
  const missing = Object.entries(limits).filter(
    ([, limit]) => !numbers.some(most => most.startsWith(limit.toLocaleString('en'))),
  )
  expect(
    missing.map(([name, limit]) => `docs/reference/limits.md does not say ${limit.toLocaleString('en')} for ${name}`),
  ).toEqual([])
})

/** Literals of the source that are named as errors are: of what is wrong. */
const errorNames =
  /'([A-Z0-9]+(?:_[A-Z0-9]+)*_(?:AMBIGUOUS|DIFFERS|INVALID|MISMATCH|MISSING|REQUIRED|TAKEN|TOO_\w+|TWICE|UNKNOWN))'/g
/** Codes of MariaDB, of Fastify, and of a command that only fills a demo. */
const ofOthers = /^(ER_\w+|FST_\w+|DEMO_TOO_LARGE)$/

test('every code of an error is on the page of errors, with a sentence', () => {
  const rows = rowsBelow(textOf('docs/reference/errors.md'), '## User errors and warnings')
  const reasons = rowsBelow(textOf('docs/reference/errors.md'), '## Top-level errors').map(
    ([code]) => code?.split(' ')[2],
  )
  const told = rows.filter(([, sentences]) => /\p{L}{2}/u.test(sentences ?? '')).map(([code]) => code)
  const named = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap(name => [...textOf(join('src', name)).matchAll(errorNames)].map(([, code = '']) => code))
    .filter(code => !ofOthers.test(code) && !reasons.includes(code))
  const silent = [...new Set([...rows.map(([code]) => code), ...named])].filter(code => !told.includes(code))
  expect(
    silent.map(
      code =>
        `${code} says nothing in docs/reference/errors.md: pass its message where src/cli/error-sentences.ts finds it`,
    ),
  ).toEqual([])
})

/** The openings and words that plain English avoids: the subject comes first, and a fault is fixed. */
const oddEnglish = /(?:^|[.:;!?|>/] |<br>)(?:What|Whoever|Of) |\b(?:[Mm]end\w*|[Aa]new)\b/g

test('descriptions of the schema and error messages are plain English', () => {
  const sentences = [
    ...[...textOf('schema/schema.graphql').matchAll(/"""([^]*?)"""/g)].map(([, text = '']) => text),
    ...textOf('docs/reference/errors.md').split('\n'),
  ].map(text => text.replaceAll(/\s+/g, ' ').trim())
  const wrong = sentences.flatMap(text =>
    (text.match(oddEnglish) ?? []).map(
      odd => `«${odd.trim()}» in «${text}»: name the subject first, write fix or again`,
    ),
  )
  expect(wrong).toEqual([])
})
