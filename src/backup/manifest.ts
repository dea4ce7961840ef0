import { createHash } from 'node:crypto'
import { createReadStream, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { syncFile, syncFolder } from '../lib/private-path.js'
import { UserError } from '../lib/user-error.js'

const schema = z.object({
  format: z.literal(1),
  madeAt: z.string(),
  /** Of the program that made it. */
  version: z.string(),
  database: z.object({ kind: z.enum(['sqlite', 'mariadb', 'mysql']), file: z.string().regex(/^[a-z.]+$/), size: z.number(), sha256: z.string() }),
  files: z.object({ count: z.number(), bytes: z.number() }),
})

/** What a backup says of itself. It is written last: without it a backup is not whole. */
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
  if (!success) throw new UserError('BACKUP_UNKNOWN', `${nameOf(folder)} is damaged, or of another version of Clientela.`)
  return data
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function digestOf(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) { // without an encoding it gives buffers
    hash.update(chunk)
    size += chunk.length
  }
  return { size, sha256: hash.digest('hex') }
}
