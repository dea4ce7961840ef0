import { badInput, forbidden, notFound } from '../../model/errors.js'
import type { FileStorage } from '../../storage/file-storage.js'

export const longestLink = 3600
export const usualLink = 300

/** What a link allows: to read one file, or the wrong rows of one import, until a moment. */
export interface FileLink {
  organizationId: string
  id: string
  /** Whether a browser shows it, where it can without harm, instead of saving it. */
  inline: boolean
}

/** The last part of a path by which a record's bytes are read for a while. Whoever has it may read them: whether its maker may, was checked when the record was read. */
export function linkTo(
  { organizationId, id }: { organizationId: string; id: string },
  { storage, now }: { storage: FileStorage; now: Date },
  seconds: number,
  inline = false,
): string {
  if (seconds < 1 || seconds > longestLink)
    throw badInput(`expiresIn must be between 1 and ${longestLink} seconds; it is ${seconds}.`)
  return storage.signed(JSON.stringify([organizationId, id, now.getTime() + seconds * 1000, inline]))
}

export function readLink(token: string, { storage, now }: { storage: FileStorage; now: Date }): FileLink {
  const text = storage.verified(token)
  if (text === undefined)
    throw notFound('There is no file here: the link is not one of ours, or was changed.', { http: { status: 404 } })
  const [organizationId, id, until, inline] = JSON.parse(text) as [string, string, number, boolean] // as linkTo signed it
  if (until <= now.getTime())
    throw forbidden('This link has expired; ask the API for a new one.', { http: { status: 403 } })
  return { organizationId, id, inline }
}
