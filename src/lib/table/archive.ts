import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { UserError } from '../user-error.js'
import { damaged, encrypted, tooLarge } from './file-error.js'
import { limits } from './limits.js'

const chunkBytes = 2 ** 18
const STORED = 0
const DEFLATED = 8

/**
 * The parts of a zip file. The sizes in its directory are added up before the parts are inflated, and no part may grow
 * beyond its own.
 */
export class Archive {
  private readonly entries = new Map<string, Entry>()

  private constructor(
    private readonly path: string,
    private readonly zip: ZipFile,
  ) {}

  static async open(path: string): Promise<Archive> {
    const zip = await openPromise(path, { autoClose: false }).catch(zipError)
    const archive = new Archive(path, zip)
    try {
      await archive.readDirectory()
      return archive
    } catch (error) {
      archive.close()
      return zipError(error)
    }
  }

  close(): void {
    this.zip.close()
  }

  has(name: string): boolean {
    return this.entries.has(keyOf(name))
  }

  /** The bytes of a part; none where it was left out. */
  async *bytes(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(keyOf(name))
    if (!entry) return
    if (entry.isEncrypted()) throw encrypted()
    let [size, checksum] = [0, 0]
    try {
      for await (const chunk of await this.inflate(entry)) {
        size += chunk.length
        checksum = crc32(chunk, checksum)
        if (size > entry.uncompressedSize) break
        yield chunk
      }
    } catch (error) {
      zipError(error)
    }
    if (size !== entry.uncompressedSize || checksum !== entry.crc32) throw broken()
  }

  private async readDirectory(): Promise<void> {
    let inflated = 0
    for await (const entry of this.zip.eachEntry()) {
      inflated += entry.uncompressedSize
      if (inflated > limits.inflatedBytes)
        throw tooLarge(`The file unpacks to more than ${limits.inflatedBytes / 2 ** 20} MB`)
      this.entries.set(keyOf(entry.fileName), entry)
      if (this.entries.size > limits.parts)
        throw tooLarge(`The file has more than ${limits.parts} parts`, 'leave out its pictures')
    }
  }

  /** Uses a stream of its own: the streams of yauzl throw uncaught errors where one is left while another reads. */
  private async inflate(entry: Entry): Promise<Iterable<Buffer> | AsyncIterable<Buffer>> {
    const { fileDataStart } = await this.zip.readLocalFileHeaderPromise(entry, { minimal: true })
    if (entry.compressedSize === 0) return []
    const raw = createReadStream(this.path, {
      start: fileDataStart,
      end: fileDataStart + entry.compressedSize - 1,
      highWaterMark: chunkBytes,
    })
    if (entry.compressionMethod === STORED) return raw
    if (entry.compressionMethod !== DEFLATED) throw broken()
    // An error reaches the reader of the last stream.
    return pipeline(raw, createInflateRaw({ chunkSize: chunkBytes }), () => {})
  }
}

const keyOf = (name: string) => name.replace(/^\//, '').toLowerCase()

const broken = () => damaged('The file is damaged on the inside')

/** Turns an error of yauzl or zlib into an error of the file. An error of the disk stays as it is. */
function zipError(error: unknown): never {
  if (error instanceof UserError || (error instanceof Error && 'syscall' in error)) throw error
  throw broken()
}
