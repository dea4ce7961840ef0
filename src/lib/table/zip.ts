import { constants, crc32, createDeflateRaw, type DeflateRaw } from 'node:zlib'

const largest = 0xffff_ffff
// 1980-01-01: the same content gives the same bytes.
const date = 0x0021
const streamed = 0x0808 // sizes come after the content; names are UTF-8

interface Entry {
  name: Uint8Array
  crc: number
  packed: number
  size: number
  offset: number
}

/** A ZIP archive, written file by file. It holds nothing but the list of its files. */
export class Zip {
  private readonly entries: Entry[] = []
  private offset = 0

  async *file(name: string, content: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Uint8Array> {
    const entry: Entry = { name: Buffer.from(name), crc: 0, packed: 0, size: 0, offset: this.offset }
    yield this.counted(
      record(
        0x04034b50,
        [
          [2, 20],
          [2, streamed],
          [2, 8],
          [2, 0],
          [2, date],
          [4, 0],
          [4, 0],
          [4, 0],
          [2, entry.name.length],
          [2, 0],
        ],
        entry.name,
      ),
    )
    const deflate = createDeflateRaw({ level: constants.Z_BEST_SPEED })
    const packed: Buffer[] = []
    deflate.on('data', (part: Buffer) => packed.push(part))
    try {
      for await (const text of content) {
        const bytes = Buffer.from(text)
        entry.crc = crc32(bytes, entry.crc)
        entry.size += bytes.length
        await written(deflate, bytes)
        if (packed.length > 0) yield this.packed(entry, packed)
      }
      await ended(deflate)
      yield this.packed(entry, packed)
    } finally {
      deflate.destroy()
    }
    if (entry.size > largest || this.offset > largest)
      throw new RangeError('A ZIP archive without extensions ends at 4 GB.')
    yield this.counted(
      record(0x08074b50, [
        [4, entry.crc],
        [4, entry.packed],
        [4, entry.size],
      ]),
    )
    this.entries.push(entry)
  }

  end(): Uint8Array {
    const at = this.offset
    const directory = Buffer.concat(
      this.entries.map(({ name, crc, packed, size, offset }) =>
        record(
          0x02014b50,
          [
            [2, 20],
            [2, 20],
            [2, streamed],
            [2, 8],
            [2, 0],
            [2, date],
            [4, crc],
            [4, packed],
            [4, size],
            [2, name.length],
            [2, 0],
            [2, 0],
            [2, 0],
            [2, 0],
            [4, 0],
            [4, offset],
          ],
          name,
        ),
      ),
    )
    const count = this.entries.length
    return Buffer.concat([
      directory,
      record(0x06054b50, [
        [2, 0],
        [2, 0],
        [2, count],
        [2, count],
        [4, directory.length],
        [4, at],
        [2, 0],
      ]),
    ])
  }

  private packed(entry: Entry, parts: Buffer[]): Uint8Array {
    const bytes = Buffer.concat(parts.splice(0))
    entry.packed += bytes.length
    return this.counted(bytes)
  }

  private counted(bytes: Uint8Array): Uint8Array {
    this.offset += bytes.length
    return bytes
  }
}

const written = (deflate: DeflateRaw, bytes: Buffer) =>
  new Promise<void>((resolve, reject) =>
    deflate.write(bytes, error => {
      if (error) reject(error)
      else resolve()
    }),
  )
const ended = (deflate: DeflateRaw) =>
  new Promise<void>((resolve, reject) => {
    deflate.once('end', resolve).once('error', reject).end()
  })

/** Little-endian fields, each with its bytes. */
function record(
  signature: number,
  fields: readonly (readonly [bytes: 2 | 4, value: number])[],
  name: Uint8Array = Buffer.alloc(0),
): Buffer {
  const made = Buffer.alloc(4 + fields.reduce((sum, [bytes]) => sum + bytes, 0))
  made.writeUInt32LE(signature)
  let at = 4
  for (const [bytes, value] of fields) at = made.writeUIntLE(value, at, bytes)
  return Buffer.concat([made, name])
}
