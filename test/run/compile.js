import { existsSync, statSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'

const root = resolve(import.meta.dirname, '../..')
/** Looks like the repository, with JavaScript for TypeScript: a module finds there whatever it finds here. */
const folder = join(root, 'node_modules/.cache/clientela-compiled')
const compiled = ['src', 'test', 'examples', 'sdk/src', 'graphiql/src']
const neverLinked = ['node_modules', 'data', 'coverage', '.git']

/** Where the JavaScript of a source file is. */
export const compiledPath = source => join(folder, relative(root, source)).replace(/\.ts$/, '.js')

/**
 * Compiles each source file that changed since it was compiled last, without looking at types. So the tests and the
 * programs that they start run as the server does in production, instead of compiling themselves again and again.
 */
export async function compile() {
  const { options, key } = await readOptions()
  await discardAnotherKind(key)
  const entries = (await Promise.all(compiled.map(name => entriesBelow(name)))).flat()
  const sources = entries.filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  for (const source of sources) await compileFile(source, options)
  await removeWithoutSource(new Set(sources.map(compiledPath)))
  await linkTheRest(entries)
}

async function readOptions() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  // NodeNext would look into package.json again for every file.
  Object.assign(options, { module: ts.ModuleKind.ESNext, moduleResolution: undefined, noEmit: false, sourceMap: true })
  const key = JSON.stringify([ts.version, options, await readFile(import.meta.filename, 'utf8')])
  return { options, key }
}

/** Output of another compiler, or of other options, is of no use. */
async function discardAnotherKind(key) {
  const path = join(folder, 'key.json')
  if (existsSync(path) && (await readFile(path, 'utf8')) === key) return
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(path, key)
}

/** The files below a folder; links are files here, so that nothing is ever followed out of it. */
async function entriesBelow(name, from = root) {
  const entries = await readdir(join(from, name), { recursive: true, withFileTypes: true })
  return entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name))
}

async function compileFile(source, options) {
  const path = compiledPath(source)
  const { mtime } = statSync(source)
  if (existsSync(path) && statSync(path).mtime.getTime() === mtime.getTime()) return
  const { outputText, sourceMapText } = ts.transpileModule(await readFile(source, 'utf8'), {
    fileName: source,
    compilerOptions: { ...options, sourceRoot: dirname(source) }, // or stacks would lead to files that are not there
  })
  await mkdir(dirname(path), { recursive: true })
  await replace(`${path}.map`, sourceMapText)
  await replace(path, outputText, mtime)
}

/** Writes a file whole or not at all, since two runs of tests may compile at once. */
async function replace(path, text, time) {
  const beside = `${path}.${process.pid}`
  await writeFile(beside, text)
  if (time) await utimes(beside, time, time)
  await rename(beside, path)
}

async function removeWithoutSource(wanted) {
  const outputs = (await Promise.all(compiled.map(name => entriesBelow(name, folder)))).flat()
  for (const path of outputs) if (path.endsWith('.js.map') && !wanted.has(path.slice(0, -4))) await remove(path)
}

async function remove(map) {
  await rm(map, { force: true })
  await rm(map.slice(0, -4), { force: true })
}

/** Schemas, documents and packages stand where the sources expect them. */
async function linkTheRest(entries) {
  for (const path of entries) if (!path.endsWith('.ts')) await link(relative(root, path))
  for (const name of await namesIn('.')) await link(name)
  for (const name of await namesIn('sdk')) await link(name)
  for (const name of await namesIn('graphiql')) await link(name)
  await link('graphiql/dist') // which is built later
  const sdk = join(folder, 'node_modules/@clientela/sdk')
  await mkdir(sdk, { recursive: true })
  await writeFile(join(sdk, 'package.json'), '{ "type": "module", "exports": "./index.js" }\n')
  await writeFile(join(sdk, 'index.js'), "export * from '../../../sdk/src/index.js'\n")
}

async function namesIn(parent) {
  const names = await readdir(join(root, parent))
  return names
    .filter(name => !neverLinked.includes(name))
    .map(name => join(parent, name))
    .filter(path => !compiled.some(each => each === path || each.startsWith(`${path}/`)))
}

async function link(path) {
  const at = join(folder, path)
  await mkdir(dirname(at), { recursive: true })
  await symlink(join(root, path), at).catch(error => {
    if (error.code !== 'EEXIST') throw error
  })
}
