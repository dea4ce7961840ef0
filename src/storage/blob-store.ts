import type { Readable } from 'node:stream'

/** Describes stored bytes. */
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
  /** Whether it is still being written, or its writer died. */
  partial: boolean
}

/** Both ends included. */
export interface ByteRange {
  start: number
  end: number
}

/** Keeps the bytes of files under keys that it makes itself. The disk does it now; an object store can. */
export interface BlobStore {
  /** Keeps all bytes under a new key within `folder`. If the bytes end with an error, nothing stays. */
  put(folder: string, bytes: AsyncIterable<Uint8Array>): Promise<Stored>
  /** Returns the bytes, or a range of them, and the size of the whole; undefined if there is nothing under the key. */
  get(key: string, range?: ByteRange): Promise<{ size: number; bytes: Readable } | undefined>
  /** Does nothing if there is nothing under the key. */
  remove(key: string): Promise<void>
  list(): AsyncIterable<Listed>
}
