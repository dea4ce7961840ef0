import { hash, randomBytes, randomFillSync, randomInt } from 'node:crypto'
import { v7 } from 'uuid'

// Crockford's alphabet has no i, l, o, u: nothing to misread, and in ASCII order, so text order is time order.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const ID = /^([a-z][a-z0-9]*)_[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** Ids sort in the order they were made, also inside one millisecond; `at` dates one, for imports and tests. */
export function newId(prefix: string, at?: Date): string {
  const bytes = new Uint8Array(16)
  if (at) v7({ msecs: millisecondsOf(at), seq: nextSequence(), random: nextRandom() }, bytes)
  else v7(undefined, bytes)
  return `${prefix}_${base32(bytes)}`
}

export function isId(text: string, prefix?: string): boolean {
  const found = prefixOf(text)
  return found !== undefined && (prefix === undefined || found === prefix)
}

export function prefixOf(id: string): string | undefined {
  return ID.exec(id)?.[1]
}

export function randomSecret(bytes: number): string {
  if (!(bytes >= 1)) throw new RangeError('A secret needs bytes.')
  return base32(randomBytes(bytes))
}

export function sha256(text: string): string {
  return hash('sha256', text)
}

// Random bytes are drawn for many ids at once: for each alone that is most of the time an id takes.
const pool = new Uint8Array(4096)
let drawn = pool.length

function nextRandom(): Uint8Array {
  if (drawn === pool.length) {
    randomFillSync(pool)
    drawn = 0
  }
  drawn += 16
  return pool.subarray(drawn - 16, drawn)
}

// uuid keeps its own order only for ids of the present; among ids of one given instant this counter does.
// It starts in the lower half of 32 bits, so that it cannot run over.
let sequence = randomInt(2 ** 31)

function nextSequence(): number {
  return sequence++
}

// A UUIDv7 has no room for a time before 1970, and an invalid Date would silently become 1970.
function millisecondsOf(at: Date): number {
  const milliseconds = at.getTime()
  if (!(milliseconds >= 0))
    throw new RangeError(`An id cannot be dated ${String(at)}: it needs a valid date from 1970 on.`)
  return milliseconds
}

/**
 * Divides the bytes as one number, which gives the last digit first. Every row has an id, and a BigInt took most of the
 * time of a row.
 */
function base32(bytes: Uint8Array): string {
  let digits = ''
  let held = 0
  let bits = 0
  for (const byte of bytes.toReversed()) {
    held |= byte << bits
    for (bits += 8; bits >= 5; bits -= 5) {
      digits = ALPHABET.charAt(held & 31) + digits
      held >>>= 5
    }
  }
  return bits > 0 ? ALPHABET.charAt(held) + digits : digits
}
