import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from './world.js'

/** All that is stored of files, by path below the folder of files. */
export function storedIn({ location }: World): string[] {
  try {
    return readdirSync(join(location.dataDir, 'files'), { recursive: true, withFileTypes: true })
      .filter(each => each.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(location.dataDir, 'files').length + 1))
      .sort()
  } catch {
    return [] // nothing was stored yet
  }
}

const crcs = Array.from({ length: 256 }, (_, at) => {
  let value = at
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})
const crcOf = (bytes: Buffer) =>
  (bytes.reduce((crc, byte) => (crc >>> 8) ^ (crcs[(crc ^ byte) & 255] ?? 0), 0xffffffff) ^ 0xffffffff) >>> 0

/** A ZIP archive of texts, uncompressed. */
export function zipOf(entries: Record<string, string>): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(entries)) {
    const [title, data] = [Buffer.from(name), Buffer.from(text)]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt32LE(crcOf(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(title.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title, data])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    centrals.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, title]))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(centrals.length, 8)
  end.writeUInt16LE(centrals.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, central, end])
}
