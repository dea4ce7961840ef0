import type { Context } from './context.js'
import { badInput, forbidden, notFound } from '../model/errors.js'
import type { FileStorage } from '../storage/file-storage.js'

export const longestLink = 3600
export const usualLink = 300

/** A file as the storage has it. A reader may ask for parts of it. */
export interface StoredDownload {
  name: string
  contentType: string
  blobKey: string
  size: number
  sha256: string
}

/** A file that is written while it is sent. */
export interface WrittenDownload {
  name: string
  contentType: string
  write: () => AsyncGenerator<Uint8Array>
}

export type Download = StoredDownload | WrittenDownload

/** A kind of record whose bytes can be read by a link, without a key. */
export interface LinkKind {
  /** The path before the link, such as /files. */
  path: string
  /** The message when the record is no longer there. */
  gone: string
  open: (ctx: Context, id: string) => Promise<Download | null>
}

/** Features add the kinds of links that they hand out. */
export const linkKinds: LinkKind[] = []

interface Signing {
  storage: FileStorage
  now: Date
}

/** The permission in a link: to read the bytes of one record until a moment. */
export interface SignedLink {
  organizationId: string
  id: string
  /** Whether a browser shows the bytes where that is safe, instead of saving them. */
  inline: boolean
}

/**
 * Returns the path by which anybody can read the bytes of a record for a while. It asks for no permission: a caller who
 * has read the record may share it.
 */
export function linkTo(
  { path }: LinkKind,
  { organizationId, id }: { organizationId: string; id: string },
  { storage, now }: Signing,
  seconds: number,
  inline = false,
): string {
  if (seconds < 1 || seconds > longestLink)
    throw badInput(`expiresIn must be between 1 and ${longestLink} seconds; it is ${seconds}.`)
  return `${path}/${storage.signed(JSON.stringify([organizationId, id, now.getTime() + seconds * 1000, inline]))}`
}

/** Returns what the last part of such a path allows. It refuses a link that was changed or has expired. */
export function readLink(token: string, { storage, now }: Signing): SignedLink {
  const text = storage.verified(token)
  if (text === undefined)
    throw notFound('There is no file here; this server did not make the link, or somebody changed it.', {
      http: { status: 404 },
    })
  const [organizationId, id, until, inline] = JSON.parse(text) as [string, string, number, boolean] // as linkTo signed it
  if (until <= now.getTime())
    throw forbidden('This link has expired; ask the API for a new one.', { http: { status: 403 } })
  return { organizationId, id, inline }
}
