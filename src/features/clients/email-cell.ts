import { EmailAddress } from '../../model/scalars.js'
import { shortened } from '../../lib/text.js'
import { byScalar, type RowReader } from '../imports/index.js'

const longest = 2000
const addressOf = byScalar(
  EmailAddress,
  'EMAIL_INVALID',
  text => `${shortened(text, 60)} is not an e-mail address; write one such as info@example.com.`,
)

function isAddress(text: string): boolean {
  try {
    return Boolean(addressOf(text))
  } catch {
    return false
  }
}

/** Removes what people write around an address: `<…>`, `mailto:`, a stop behind it. */
const bare = (text: string) =>
  text
    .trim()
    .replace(/^[<(["']|[>)\]"'.]$/g, '')
    .replace(/^mailto:/i, '')
    .split('?')[0]
    ?.trim() ?? ''

/** Returns the parts between commas, slashes, spaces and the like. */
const partsOf = (text: string) =>
  text
    .split(/[,;|\s]|\/(?=[^@/]{1,64}@)/)
    .map(bare)
    .filter(part => part !== '' && !/^(y|i|and|o|or|\/|-|e)$/i.test(part))

/** The addresses of a cell: all its parts, where none stands in `<…>`; around such ones names may stand as well. */
function addressesOf(text: string): string[] {
  const whole = bare(text)
  if (text.length > longest || isAddress(whole)) return [whole]
  const [first = '', ...others] = text.split(/<([^<>]*)>?/)
  if (others.length === 0) return partsOf(text)
  const around = (piece: string) => partsOf(piece).filter(part => /.@./.test(part))
  return [...around(first), ...others.flatMap((piece, at) => (at % 2 === 0 ? addressesOf(piece) : around(piece)))]
}

/** The first address of a cell; `others` takes those behind it. */
export function readEmail(
  row: Pick<RowReader<unknown, object>, 'warn'>,
  field: string,
  text: string,
  others: (addresses: readonly string[]) => string,
): string {
  const [first = text, ...more] = addressesOf(text)
  const [email, ...rest] = [first, ...more].map(address => String(addressOf(isAddress(address) ? address : text)))
  const also = [...new Set(rest)].filter(address => address !== email)
  if (also.length > 0)
    row.warn(
      'EMAILS_SEVERAL',
      `${email ?? first} counts, the first of several e-mail addresses; ${others(also)}`,
      field,
    )
  return email ?? first
}
