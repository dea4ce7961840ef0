import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { syncFile, syncFolder } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'

const file = { file: z.string().regex(/^[a-z0-9.]+$/), size: z.number(), sha256: z.string() }

const schema = z.object({
  format: z.literal(1),
  madeAt: z.string(),
  /** The version of the program that made the backup. */
  version: z.string(),
  database: z.object({ kind: z.enum(['sqlite', 'mariadb', 'mysql']), ...file }),
  /** The list has the digest of each file. A backup of an older version has no list. */
  files: z.object({ count: z.number(), bytes: z.number(), list: z.object(file).optional() }),
})

/** Describes a backup. It is written last, so a backup without it is not whole. */
export type Manifest = z.infer<typeof schema>

const nameOf = (folder: string) => join(folder, 'backup.json')

export function writeManifest(folder: string, manifest: Manifest) {
  const unfinished = `${nameOf(folder)}.part`
  writeFileSync(unfinished, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  syncFile(unfinished)
  renameSync(unfinished, nameOf(folder))
  syncFolder(folder)
}

export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(nameOf(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    throw new UserError('BACKUP_MISSING', `${folder} holds no whole backup: there is no backup.json in it.`)
  })
  const { data, success } = schema.safeParse(jsonOf(text))
  if (!success)
    throw new UserError('BACKUP_UNKNOWN', `${nameOf(folder)} is damaged, or another version of Clientela made it.`)
  return data
}

/** Writes the digests of files as sha256sum does, so that `sha256sum --check` can check them as well. */
export async function writeList(folder: string, digests: Iterable<[key: string, digest: Digest]>) {
  const name = 'files.sha256'
  const path = join(folder, name)
  await pipeline(
    function* () {
      for (const [key, { sha256 }] of digests) yield `${sha256}  files/${key}\n`
    },
    createWriteStream(path, { mode: 0o600 }),
  )
  syncFile(path)
  return { file: name, ...(await digestOf(path)) }
}

/** Yields the files of a list and their digests. */
export async function* readList(folder: string, list: string): AsyncIterable<{ key: string; sha256: string }> {
  for await (const line of createInterface({ input: createReadStream(join(folder, list)) })) {
    const [, sha256, key] = /^([0-9a-f]{64}) {2}files\/([\w-]+\/[\w-]+)$/.exec(line) ?? []
    if (!sha256 || !key) throw new Error(`${list} has a line that the backup did not write.`)
    yield { key, sha256 }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export interface Digest {
  size: number
  sha256: string
}

export async function digestOf(path: string): Promise<Digest> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    // without an encoding it gives buffers
    hash.update(chunk)
    size += chunk.length
  }
  return { size, sha256: hash.digest('hex') }
}
