// Makes some 40 files of the hundreds below dist/ that the program loads at its start. The others stay: threads run some of them.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { build } from 'esbuild'

const dist = 'dist'
const parts = 'program-'

for (const name of readdirSync(dist)) if (name.startsWith(parts)) rmSync(`${dist}/${name}`)

/** A module that reads `import.meta.url` gets the path of its own file, not of the one that it became part of. */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const own = `new URL('./${relative(dist, path)}', import.meta.url).href`
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', own) }
    })
  },
}

await build({
  entryPoints: [`${dist}/cli.js`],
  outdir: dist,
  allowOverwrite: true,
  chunkNames: `${parts}[name]-[hash]`,
  bundle: true,
  splitting: true, // serve, the other commands and each migration have files of their own
  format: 'esm',
  platform: 'node',
  packages: 'external',
  keepNames: true, // types and tables have the names of their classes
  logLevel: 'warning',
  logOverride: { 'this-is-undefined-in-esm': 'silent' }, // in the functions that TypeScript writes for decorators
  plugins: [places],
})
