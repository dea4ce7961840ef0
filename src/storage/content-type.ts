import type { Readable } from 'node:stream'

/** Types of text by the end of its name. They only change how a reader opens it. */
const texts: Record<string, string> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  md: 'text/markdown',
  json: 'application/json',
  xml: 'application/xml',
  html: 'text/html',
  htm: 'text/html',
  svg: 'image/svg+xml',
  ics: 'text/calendar',
  vcf: 'text/vcard',
  eml: 'message/rfc822',
}
/** Types of Microsoft's old container, whose formats begin alike. */
const compounds: Record<string, string> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
  msg: 'application/vnd.ms-outlook',
}

/** So many bytes of a beginning tell text from other bytes. */
export const headBytes = 64 * 1024

/**
 * Returns the content type by the bytes themselves. `head` is their beginning, or all of them if they are fewer than
 * `headBytes`. The name only chooses among kinds of text.
 */
export async function contentTypeOf(head: Buffer, bytes: () => Promise<Readable>, name: string): Promise<string> {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const text = textOf(head)
  // A byte order mark of UTF-16 also looks like the beginning of an MP3.
  const mime = text !== undefined && wideOf(head) ? undefined : await detected(await bytes())
  if (mime === 'application/x-cfb') return named(compounds, extension) ?? mime
  if (mime && mime !== 'application/xml') return mime
  if (text === undefined) return mime ?? 'application/octet-stream'
  return markupOf(text) ?? mime ?? named(texts, extension) ?? 'text/plain'
}

const named = (types: Record<string, string>, extension: string) =>
  Object.hasOwn(types, extension) ? types[extension] : undefined

async function detected(bytes: Readable): Promise<string | undefined> {
  const { fileTypeFromStream } = await import('file-type') // with the first file
  try {
    return (await fileTypeFromStream(bytes))?.mime
  } catch {
    return undefined // the file is cut short or made to mislead, so its beginning decides
  } finally {
    bytes.destroy()
  }
}

/** Returns the text at the beginning; undefined if the bytes are no text. */
function textOf(head: Buffer): string | undefined {
  // Markup is ASCII, so any code page does for the rest.
  const text = new TextDecoder(wideOf(head) ?? 'latin1').decode(head)
  return text.replace(/[\t\n\f\r\x1b]/g, '').match(/[\0-\x1f]/) ? undefined : text // eslint-disable-line no-control-regex -- control characters are what is looked for
}

const wideOf = (head: Buffer) =>
  head.length < 2 ? undefined : { fffe: 'utf-16le', feff: 'utf-16be' }[head.toString('hex', 0, 2)]

/** Returns the type of text that a browser might run as a page, under any name. */
function markupOf(text: string): string | undefined {
  const begin = text.replace(/^(\uFEFF|ï»¿)?\s*/, '')
  if (!begin.startsWith('<')) return undefined
  if (/^([\w-]+:)?svg$/i.test(rootOf(begin))) return 'image/svg+xml'
  return /<(!doctype\s+html|html|head|body|script|iframe|style|meta|title|a|b|br|div|font|h1|img|p|table)[\s>/]/i.test(
    begin,
  )
    ? 'text/html'
    : undefined
}

/** Beginnings and ends of all that may stand before the first element of a document. */
const preambles = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
] as const

/**
 * Returns the name of the first element. It uses no single regular expression, which hostile text could keep busy for
 * ever.
 */
function rootOf(text: string): string {
  for (let at = 0; ;) {
    at += /\S|$/.exec(text.slice(at))?.index ?? 0
    const [begin, end] = preambles.find(([begin]) => text.startsWith(begin, at)) ?? []
    if (begin === undefined) return /^<([\w:-]+)/.exec(text.slice(at))?.[1] ?? ''
    const closed = text.indexOf(end, at + begin.length)
    if (closed < 0) return ''
    at = closed + end.length
  }
}
