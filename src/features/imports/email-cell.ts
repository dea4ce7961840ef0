import { EmailAddress } from '../../graphql/scalars.js'
import { shortened } from '../../lib/text.js'
import { byScalar, type RowReader } from './row-reader.js'

const longest = 2000
const addressOf = byScalar(EmailAddress, 'EMAIL_INVALID', text => `${shortened(text, 60)} is not an e-mail address; write one such as info@example.com.`)

function isAddress(text: string): boolean {
  try {
    return Boolean(addressOf(text))
  } catch {
    return false
  }
}

/** What people write around an address: `<…>`, `mailto:`, a stop behind it. */
const bare = (text: string) => text.trim().replace(/^[<(["']|[>)\]"'.]$/g, '').replace(/^mailto:/i, '').split('?')[0]?.trim() ?? ''

/** The addresses of a cell: what stands in `<…>` where something does, else what a comma, a slash, a space or the like parts. */
export function addressesOf(text: string): string[] {
  const whole = bare(text)
  if (text.length > longest || isAddress(whole)) return [whole]
  const framed = text.split('<').slice(1).map(part => bare(part.split('>')[0] ?? ''))
  return framed.length > 0 ? framed : text.split(/[,;|\s]|\/(?=[^@/]{1,64}@)/).map(bare).filter(part => part !== '' && !/^(y|i|and|o|or|\/|-|e)$/i.test(part))
}

/** The first address of a cell; `others` takes those behind it. */
export function readEmail<T>(row: RowReader<T>, field: string, text: string, others: (addresses: readonly string[]) => string): string {
  const [first = text, ...more] = addressesOf(text)
  const [email, ...rest] = [first, ...more].map(address => String(addressOf(isAddress(address) ? address : text)))
  const also = [...new Set(rest)].filter(address => address !== email)
  if (also.length > 0) row.warn('EMAILS_SEVERAL', `${email ?? first} counts, the first of several e-mail addresses; ${others(also)}`, field)
  return email ?? first
}
