import type { Readable } from 'node:stream'

/** A blob as it was stored. */
export interface Stored {
  key: string
  size: number
  /** In hexadecimal. */
  sha256: string
}

export interface Listed {
  key: string
  size: number
  modifiedAt: Date
  /** Whether it is still being written, or was when its writer died. */
  partial: boolean
}

/** Both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/** Where the bytes of files are, by keys that the store makes itself. Disk does it now; an object store can. */
export interface BlobStore {
  /** Keeps all bytes under a new key within `folder`. Bytes that break off with an error leave nothing behind. */
  put(folder: string, bytes: AsyncIterable<Uint8Array>): Promise<Stored>
  /** The bytes, or some of them, and the size of the whole; undefined where there is nothing under the key. */
  get(key: string, range?: ByteRange): Promise<{ size: number; bytes: Readable } | undefined>
  /** Nothing happens where there is nothing. */
  remove(key: string): Promise<void>
  list(): AsyncIterable<Listed>
}
