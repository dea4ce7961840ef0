import { cleanText, flawOf, normalText } from './text.js'
import { UserError } from './user-error.js'

const longest = 200

/** The name a file comes with, which is a hint: its last part, without what does harm or is not seen. */
export function cleanFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const clean = normalText(
    cleanText(last, false)
      .replace(/\s+/g, ' ')
      .replace(/^\.+(?=\.|$)/, ''),
  )
  return shortened(clean) || 'file'
}

/** A name that a person gives a file. */
export function checkedFileName(given: string): string {
  const name = normalText(given)
  if (/[/\\]/.test(name) || /^\.{0,2}$/.test(name))
    throw new UserError('FILE_NAME_INVALID', 'The name of a file must not contain / or \\; remove them.', 'name')
  if (flawOf(name, false))
    throw new UserError(
      'FILE_NAME_INVALID',
      'The name contains characters that are invisible or reverse the text; remove them.',
      'name',
    )
  return name
}

/** The beginning of a long name, with its ending. */
function shortened(name: string): string {
  if (name.length <= longest) return name
  const end = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? ''
  return (
    name
      .slice(0, longest - end.length)
      .toWellFormed()
      .replace(/\uFFFD$/, '')
      .trimEnd() + end
  )
}

/** The header that names a download, in ASCII for old readers and in full for the others (RFC 6266, RFC 8187). */
export function contentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["%\\]/g, '_')
  const whole = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${kind}; filename="${plain}"; filename*=UTF-8''${whole}`
}
