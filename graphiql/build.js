// Makes dist/, the page as files to serve; what is up to date stays as it is.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const here = import.meta.dirname
const dist = join(here, 'dist')
const stamp = join(dist, '.made-of')
const filesIn = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()

/** A hash of everything that the page is made of, the versions of its packages included. */
function fingerprint() {
  const hash = createHash('sha256')
  const sources = ['build.js', 'index.html', 'package.json', '../package-lock.json'].map(name => join(here, name))
  const folders = ['src', '../schema/operations', '../examples/queries'].map(name => join(here, name))
  for (const file of [...sources, ...folders.flatMap(filesIn)])
    hash.update(`${file.slice(here.length)}\n`).update(readFileSync(file))
  return hash.digest('hex')
}

const wanted = fingerprint()
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const { build } = await import('vite') // only here, for it takes longer than all the rest
  await build({
    root: here,
    configFile: false,
    logLevel: 'error',
    base: '/graphql/',
    // Monaco is large, and loaded once.
    build: { emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
  })
  for (const file of filesIn(dist)) writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
  writeFileSync(stamp, wanted)
}
