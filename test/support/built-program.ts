import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/**
 * What `npm run build` made, in a folder with no more than the image of the Dockerfile has: what else the program needs
 * is missed. `npm test` builds before.
 */
export function builtProgram(): { program: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'clientela-built-'))
  cpSync('dist', join(folder, 'dist'), { recursive: true })
  cpSync('package.json', join(folder, 'package.json'))
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> } // our own file
  const linked = ['graphiql/dist', ...Object.keys(dependencies).map(name => `node_modules/${name}`)]
  for (const path of linked) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    symlinkSync(resolve(path), join(folder, path))
  }
  const remove = () => {
    rmSync(folder, { recursive: true, force: true })
  }
  return { program: join(folder, 'dist/cli.js'), remove }
}
