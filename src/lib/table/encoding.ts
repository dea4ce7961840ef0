import { createReadStream } from 'node:fs'
import iconv from 'iconv-lite'
import { UserError } from '../user-error.js'
import { charsets, eightBitOf } from './eight-bit.js'
import { notATable, tooManyRows } from './file-error.js'
import { limits } from './limits.js'
import { type EightBit, type Encoding } from './table.js'

const marks: [Encoding, string][] = [
  ['UTF_8', 'efbbbf'],
  ['UTF_16LE', 'fffe'],
  ['UTF_16BE', 'feff'],
]
const names = {
  UTF_8: 'UTF-8',
  UTF_16LE: 'UTF-16 (little endian)',
  UTF_16BE: 'UTF-16 (big endian)',
  WINDOWS_1252: 'Windows-1252',
  CP850: 'CP850',
  MAC_ROMAN: 'Mac Roman',
}
// eslint-disable-next-line no-control-regex -- text has none of these, and everything else has.
const CONTROL = /[\0-\x08\x0e-\x19\x1c-\x1f]/

/**
 * Returns the encoding that the file's mark names, else UTF-8 if the whole file is valid, else the one that its letters
 * suggest.
 */
export async function encodingOf(path: string, given?: Encoding | null): Promise<Encoding> {
  const beginning = await beginningOf(path)
  const marked = marks.find(([, mark]) => beginning.toString('hex').startsWith(mark))?.[0]
  if (given && marked && given !== marked) throw wrong(given, `it says itself that it is ${names[marked]}`)
  const encoding = given ?? marked ?? unmarkedUtf16(beginning)
  if (!encoding?.startsWith('UTF_16') && CONTROL.test(beginning.toString('latin1'))) throw notATable()
  if (encoding) return check(path, encoding)
  try {
    return await check(path, 'UTF_8')
  } catch (error) {
    if (error instanceof UserError && error.code === 'ENCODING_WRONG') return check(path, await eightBitOf(path))
    throw error
  }
}

/** The whole text in pieces, without the mark. */
export async function* textOf(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decode = decoderOf(encoding)
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 18 }) as AsyncIterable<Buffer>)
    yield decode(chunk) // no encoding is set
  yield decode()
}

async function check(path: string, encoding: Encoding): Promise<Encoding> {
  let [feeds, returns] = [0, 0]
  for await (const text of textOf(path, encoding)) {
    if (text.includes('\0')) throw notATable()
    feeds += occurrences('\n', text)
    returns += occurrences('\r', text)
    if (feeds > limits.lines || returns > limits.lines) throw tooManyRows()
  }
  return encoding
}

function occurrences(letter: string, text: string): number {
  let count = 0
  for (let at = text.indexOf(letter); at !== -1; at = text.indexOf(letter, at + 1)) count++
  return count
}

async function beginningOf(path: string): Promise<Buffer> {
  const chunks = (await createReadStream(path, { end: 4095 }).toArray()) as Buffer[] // no encoding is set
  return Buffer.concat(chunks)
}

/** Western letters have a zero byte in UTF-16: little-endian files have it after the letter. */
function unmarkedUtf16(beginning: Buffer): Encoding | undefined {
  const many = beginning.length / 4
  const zeros = [0, 0]
  beginning.forEach((byte, at) => {
    if (byte === 0) zeros[at % 2]!++ // eslint-disable-line @typescript-eslint/no-non-null-assertion -- it has both
  })
  const [even = 0, odd = 0] = zeros
  return odd > many && even === 0 ? 'UTF_16LE' : even > many && odd === 0 ? 'UTF_16BE' : undefined
}

const isEightBit = (encoding: Encoding): encoding is EightBit => encoding in charsets

/** Decodes piece after piece, and without one the end. */
function decoderOf(encoding: Encoding): (chunk?: Buffer) => string {
  if (!isEightBit(encoding)) return unicodeDecoder(encoding)
  // TextDecoder of Node 20 reads € “ – of Windows-1252 wrongly.
  const decoder = iconv.getDecoder(charsets[encoding])
  return chunk => {
    const text = chunk ? decoder.write(chunk) : ''
    if (text.includes('\ufffd')) throw wrong(encoding, 'it has bytes that mean nothing there')
    return text
  }
}

function unicodeDecoder(encoding: Exclude<Encoding, EightBit>): (chunk?: Buffer) => string {
  const decoder = new TextDecoder(encoding.toLowerCase().replace('_', '-'), { fatal: true })
  return chunk => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw wrong(encoding, 'it has bytes that mean nothing there')
    }
  }
}

const wrong = (encoding: Encoding, reason: string) =>
  new UserError(
    'ENCODING_WRONG',
    `The file cannot be read as ${names[encoding]}, since ${reason}: choose another encoding, or save it as UTF-8.`,
  )
