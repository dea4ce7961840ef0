// Check characters by the published rules, written here a second time on purpose: what these functions make goes
// through parseTaxId, so each proves the other.

const personLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'
const companyLetters = 'JABCDEFGHI'

/** Eight digits and a letter. */
export const dni = (digits: string) => digits + personLetters.charAt(Number(digits) % 23)

/** A foreigner's: X, Y or Z, seven digits and a letter. */
export const nie = (initial: 'X' | 'Y' | 'Z', digits: string) =>
  initial + digits + personLetters.charAt(Number(`${'XYZ'.indexOf(initial)}${digits}`) % 23)

/**
 * A legal person's: its kind, seven digits that begin with the province, and a digit, or a letter for public bodies.
 */
export function companyNif(kind: string, digits: string): string {
  const sum = [...digits].reduce(
    (total, digit, place) => total + (place % 2 === 0 ? digitSum(2 * Number(digit)) : Number(digit)),
    0,
  )
  const check = (10 - (sum % 10)) % 10
  return kind + digits + ('NPQRSW'.includes(kind) ? companyLetters.charAt(check) : String(check))
}

/** VAT numbers of other countries of the EU, with their prefix, from five digits. */
export const euNumbers: Record<string, (digits: string) => string> = {
  DE: digits => `DE${withMod11And10(`281${digits}`)}`,
  FR: digits => {
    const siren = withLuhn(`552${digits}`)
    return `FR${String((12 + 3 * (Number(siren) % 97)) % 97).padStart(2, '0')}${siren}`
  },
  IT: digits => `IT${withLuhn(`01${digits}001`)}`,
  PT: digits => {
    const first = `503${digits}`
    const rest = [...first].reduce((sum, digit, place) => sum + Number(digit) * (9 - place), 0) % 11
    return `PT${first}${rest < 2 ? 0 : 11 - rest}`
  },
  BE: digits => `BE0403${digits.slice(1)}${String(97 - (Number(`0403${digits.slice(1)}`) % 97)).padStart(2, '0')}`,
}

const digitSum = (value: number) => Math.floor(value / 10) + (value % 10)

function withLuhn(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, place) => total + (place % 2 === 0 ? digitSum(2 * Number(digit)) : Number(digit)), 0)
  return digits + String((10 - (sum % 10)) % 10)
}

/** ISO 7064, MOD 11,10. */
function withMod11And10(digits: string): string {
  const product = [...digits].reduce((carried, digit) => (2 * ((carried + Number(digit)) % 10 || 10)) % 11, 10)
  return digits + String((11 - product) % 10)
}
