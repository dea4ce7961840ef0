import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Where programs are unpacked, of which nothing is installed. */
export const cacheOf = (name: string) => resolve(`node_modules/.cache/clientela-${name}`)

export const pathFolders = () => (process.env.PATH ?? '').split(delimiter)

export async function findProgram(name: string, folders: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name)
    if (
      folder &&
      (await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return path
  }
  return undefined
}

/** The folders of libraries in an unpacked tree. */
export function librariesBelow(root: string): string[] {
  return ['lib', 'usr/lib'].flatMap(folder => {
    const path = join(root, folder)
    return existsSync(path)
      ? readdirSync(path)
          .filter(name => name.includes('-linux-gnu'))
          .map(name => join(path, name))
      : []
  })
}

/** Unpacks packages, and those that they need, to a tree that is usable afterwards. */
export async function unpackPackages(wanted: string[], root: string, isUsable: () => Promise<boolean>): Promise<void> {
  for (const name of ['apt-get', 'dpkg'])
    if (!(await findProgram(name, pathFolders()))) throw new Error(`Without ${name} nothing can be unpacked.`)
  await mkdir(dirname(root), { recursive: true })
  const work = await mkdtemp(`${root}-unpacking-`)
  try {
    const unpacked = join(work, 'root')
    const packages = join(work, 'packages')
    await download(wanted, packages, join(work, 'apt'))
    for (const name of await readdir(packages)) await execute('dpkg', ['-x', join(packages, name), unpacked])
    // Only a whole tree gets the name that is believed; a run beside this one may have been faster.
    if (await isUsable()) return
    await rm(root, { recursive: true, force: true })
    await rename(unpacked, root)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function download(wanted: string[], packages: string, state: string): Promise<void> {
  await mkdir(packages, { recursive: true })
  await mkdir(join(state, 'lists/partial'), { recursive: true })
  // Root would become the user _apt, who cannot write here.
  const plain = ['-q', '-o', 'APT::Sandbox::User=root', '-o', `Dir::Cache=${state}`]
  // Lists of our own, so that neither root nor a change of the system is needed.
  const ownLists = [...plain, '-o', `Dir::State::Lists=${state}/lists`]
  try {
    await downloadWith(plain, wanted, packages)
  } catch {
    await execute('apt-get', [...ownLists, 'update'])
    await downloadWith(ownLists, wanted, packages)
  }
}

/** Lets apt say what is missing, for library packages have other names in each release. */
async function downloadWith(options: string[], wanted: string[], packages: string): Promise<void> {
  const { stdout } = await execute('apt-get', [
    ...options,
    '--simulate',
    '--no-install-recommends',
    'install',
    ...wanted,
  ])
  const names = [...stdout.matchAll(/^Inst (\S+) \(/gm)].map(match => match[1] ?? '')
  await execute('apt-get', [...options, 'download', ...new Set([...wanted, ...names])], { cwd: packages })
}
