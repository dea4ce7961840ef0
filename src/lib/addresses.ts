import { domainToASCII } from 'node:url'
import { flawOf } from './text.js'

/** As long as an e-mail address may be (RFC 5321), in UTF-16 units. */
export const longestEmail = 254
const longestWebAddress = 2000

const LOCAL_PART = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u
const TYPED_DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i

/** Whether a text is an e-mail address, also one with letters beyond ASCII (RFC 6531) or an international domain. */
export function isEmailAddress(text: string): boolean {
  if (text.length > longestEmail) return false
  const at = text.indexOf('@')
  return at > 0 && LOCAL_PART.test(text.slice(0, at)) && asciiDomain(text.slice(at + 1)) !== undefined
}

/**
 * A domain of at least two labels as computers write it: «käse.example» is «xn--kse-qla.example»; undefined where it is
 * none.
 */
export function asciiDomain(domain: string): string | undefined {
  if (domain.length > longestEmail || !TYPED_DOMAIN.test(domain)) return undefined
  const ascii = domainToASCII(domain)
  const labels = ascii.split('.')
  return labels.length > 1 && ascii.length <= 253 && labels.every(label => LABEL.test(label)) ? ascii : undefined
}

/** The fault of a web address, as the end of a sentence about it; undefined where it is one with http or https. */
export function problemOfWebAddress(text: string): string | undefined {
  if (text.length > longestWebAddress) return `is longer than ${longestWebAddress} characters`
  const wrong = 'is not a web address such as https://example.com'
  if (!/^https?:\/\//i.test(text) || flawOf(text, false) || !URL.canParse(text)) return wrong
  const { username, password, hostname } = new URL(text)
  if (username !== '' || password !== '') return 'holds a user name or a password; leave out what stands before the @'
  return hostname === '' ? wrong : undefined
}
