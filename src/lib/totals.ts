import { divideHalfUp, safe } from './decimal.js'
import { decimalsOf } from './money.js'

export interface LineAmounts {
  /** × 10^4 */
  quantity: bigint
  /** Major units × 10^6 */
  unitPrice: bigint
  /** Percent × 10^4 */
  discount: bigint
  /** Percent × 10^4; null where no tax applies (exempt, not subject): taxed as nothing and not listed. */
  taxRate: bigint | null
}

export interface TaxAmount {
  /** Percent × 10^4 */
  rate: bigint
  base: bigint
  amount: bigint
}

/** All in minor units. */
export interface Totals {
  net: bigint
  tax: bigint
  withholding: bigint
  payable: bigint
  taxes: TaxAmount[]
}

const HUNDRED_PERCENT = 10n ** 6n
const QUANTITY_AND_PRICE = 10n ** (4n + 6n)

export function lineNet(line: Omit<LineAmounts, 'taxRate'>, currency: string): bigint {
  const minorUnit = 10n ** BigInt(decimalsOf(currency))
  const exact = line.quantity * line.unitPrice * (HUNDRED_PERCENT - line.discount) * minorUnit
  return safe(divideHalfUp(exact, QUANTITY_AND_PRICE * HUNDRED_PERCENT))
}

export function totals(lines: readonly LineAmounts[], withholdingRate: bigint | null, currency: string): Totals {
  let net = 0n
  const baseByRate = new Map<bigint, bigint>()
  for (const line of lines) {
    const amount = lineNet(line, currency)
    net = safe(net + amount)
    if (line.taxRate !== null) baseByRate.set(line.taxRate, (baseByRate.get(line.taxRate) ?? 0n) + amount)
  }

  const taxes = [...baseByRate]
    .map(([rate, base]) => ({ rate, base: safe(base), amount: percentage(base, rate) }))
    .sort((a, b) => (a.rate < b.rate ? -1 : 1))
  const tax = safe(taxes.reduce((sum, { amount }) => sum + amount, 0n))
  const withholding = percentage(net, withholdingRate ?? 0n)

  return { net, tax, withholding, payable: safe(net + tax - withholding), taxes }
}

function percentage(amount: bigint, rate: bigint): bigint {
  return safe(divideHalfUp(amount * rate, HUNDRED_PERCENT))
}
