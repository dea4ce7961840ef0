import { UserError } from './user-error.js'

const longest = 200
/** Control characters, ends of lines, and what turns the direction of writing round: with it gpj.exe reads like exe.jpg. */
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/gu

/** The name a file comes with, which is a hint: its last part, without what does harm or is not seen. */
export function cleanFileName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? ''
  const clean = last.toWellFormed().replace(/[\t\r\n]+/g, ' ').replace(unseen, '').replace(/\s+/g, ' ').trim().replace(/^\.+(?=\.|$)/, '')
  return shortened(clean) || 'file'
}

/** A name that a person gives a file. */
export function checkedFileName(given: string): string {
  const name = given.trim()
  if (/[/\\]/.test(name) || /^\.{0,2}$/.test(name)) throw new UserError('FILE_NAME_INVALID', 'A file is called by a name, without / and \\.', 'name')
  if (name.replace(unseen, '') !== name) throw new UserError('FILE_NAME_INVALID', 'The name holds characters that are not seen or turn it round; remove them.', 'name')
  return name
}

/** The beginning of a long name, with the end that tells its kind. */
function shortened(name: string): string {
  if (name.length <= longest) return name
  const end = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? ''
  return name.slice(0, longest - end.length).toWellFormed().replace(/\uFFFD$/, '').trimEnd() + end
}

/** The header that names a download, in ASCII for old readers and in full for the others (RFC 6266, RFC 8187). */
export function contentDisposition(kind: 'attachment' | 'inline', name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\x20-\x7e]|["%\\]/g, '_')
  const whole = encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${kind}; filename="${plain}"; filename*=UTF-8''${whole}`
}
