// Makes some 40 files of the hundreds below dist/ that the program loads at its start. The others stay: threads run some of them.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { build } from 'esbuild'

const dist = 'dist'
const parts = 'program-'

/**
 * A module that reads `import.meta.url` gets the path of its own file, not of the one that it became part of. Types and
 * tables have the names of their classes, and a class keeps its name. esbuild's `keepNames` would name functions too, each
 * time that one is made, which takes a tenth of a request.
 */
const asBefore = {
  name: 'as-before',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const own = `new URL('./${relative(dist, path)}', import.meta.url).href`
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', own)
        .replace(/= class (\w+)[^{\n]* \{/g, "$& static { Object.defineProperty(this, 'name', { value: '$1' }) }")
      for (const [, name] of contents.matchAll(/^(\w+) = .*__decorate\(/gm))
        if (!contents.includes(`{ value: '${name}' }) }`)) throw new Error(`${path}: ${name} would lose its name.`)
      return { contents }
    })
  },
}

const { metafile } = await build({
  entryPoints: [`${dist}/cli.js`],
  outdir: dist,
  allowOverwrite: true,
  chunkNames: `${parts}[name]-[hash]`,
  bundle: true,
  splitting: true, // serve, the other commands and each migration have files of their own
  format: 'esm',
  platform: 'node',
  packages: 'external',
  sourcemap: true, // from the maps that TypeScript made, to the files of src/
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  logOverride: { 'this-is-undefined-in-esm': 'silent' }, // in the functions that TypeScript writes for decorators
  plugins: [asBefore],
})

// Afterwards, since a server may run from this folder.
for (const name of readdirSync(dist))
  if (name.startsWith(parts) && !(`${dist}/${name}` in metafile.outputs)) rmSync(`${dist}/${name}`)
