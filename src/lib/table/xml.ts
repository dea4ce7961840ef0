import { SaxesParser } from 'saxes'
import { damaged, tooLarge } from './file-error.js'
import { limits } from './limits.js'

export type Attributes = Record<string, string>

/** Names come without their prefix. */
export interface XmlListener {
  open(name: string, attributes: Attributes): void
  close?(name: string): void
  text?(text: string): void
}

const deepest = 50

/**
 * Reports the content of the XML to the listener. It yields after each piece, so that the caller can take what the
 * listener gathered.
 */
export async function* listen(bytes: AsyncIterable<Buffer>, listener: XmlListener): AsyncGenerator<void> {
  const parser = new SaxesParser({ position: false, xmlns: false })
  let [depth, untagged, begun] = [0, 0, false]
  const refuse = () => {
    throw notXml()
  }
  parser.on('error', refuse)
  // No spreadsheet has a document type, and external or nested entities need one.
  parser.on('doctype', refuse)
  parser.on('opentag', ({ name, attributes }) => {
    untagged = 0
    if (++depth > deepest) refuse()
    listener.open(localName(name), attributes)
  })
  parser.on('closetag', ({ name }) => {
    untagged = 0
    depth--
    listener.close?.(localName(name))
  })
  if (listener.text) {
    parser.on('text', text => listener.text?.(text))
    parser.on('cdata', text => listener.text?.(text))
  }
  const decode = decoder()
  for await (const chunk of bytes) {
    untagged += chunk.length
    if (untagged > limits.untaggedBytes) throw tooLong()
    parser.write(decode(chunk))
    begun = true
    yield
  }
  // An optional part may have no bytes.
  if (begun) parser.write(decode()).close()
  yield
}

/** Everything at once, for the small parts. */
export async function listenToAll(bytes: AsyncIterable<Buffer>, listener: XmlListener): Promise<void> {
  for await (const piece of listen(upTo(limits.smallPartBytes, bytes), listener)) void piece
}

async function* upTo(most: number, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > most) throw tooLarge('The file has far too many formats or names', 'copy the table into a new one')
    yield chunk
  }
}

export const notXml = () => damaged('The file is damaged on the inside')
export const tooLong = () => tooLarge('The file has a cell that is far too long', 'shorten it')

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

function decoder(): (chunk?: Buffer) => string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return chunk => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw notXml()
    }
  }
}
