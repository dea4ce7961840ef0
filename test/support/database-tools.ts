import { delimiter, join } from 'node:path'
import { cacheOf, findProgram, librariesBelow, pathFolders, unpackPackages } from './debian-packages.js'

/** An environment in which mariadb-dump and mariadb are found: installed ones, or those of unpacked packages. */
export async function withDatabaseTools(): Promise<Record<string, string>> {
  const isThere = async (folders: string[]) =>
    (await Promise.all(['mariadb-dump', 'mariadb'].map(name => findProgram(name, folders)))).every(Boolean)
  if (await isThere(pathFolders())) return {}
  const cache = cacheOf('mariadb-tools')
  const folder = join(cache, 'usr/bin')
  if (!(await isThere([folder])))
    await unpackPackages(['mariadb-client', 'mariadb-client-core'], cache, () => isThere([folder]))
  return { PATH: [folder, ...pathFolders()].join(delimiter), LD_LIBRARY_PATH: librariesBelow(cache).join(delimiter) }
}
