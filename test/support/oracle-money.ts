/** Money of the second computation: integers only, nothing of src. */
const decimals: Record<string, number> = { EUR: 2, USD: 2, GBP: 2, JPY: 0, KWD: 3 }

export function decimalsIn(currency: string): number {
  const places = decimals[currency]
  if (places === undefined) throw new Error(`The oracle does not know the currency ${currency}.`)
  return places
}

/** 12345 cents are "123.45". */
export function spelled(minor: bigint, currency: string): string {
  const places = decimalsIn(currency)
  const digits = String(minor < 0n ? -minor : minor).padStart(places + 1, '0')
  const cut = digits.length - places
  return (minor < 0n ? '-' : '') + digits.slice(0, cut) + (places > 0 ? `.${digits.slice(cut)}` : '')
}

/** "123.45" is 12345 cents. */
export const minorOf = (amount: string): bigint => BigInt(amount.replace('.', ''))

/** Half-up, away from zero. */
export function rounded(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator
  const whole = size / denominator
  const up = (size % denominator) * 2n >= denominator ? whole + 1n : whole
  return numerator < 0n ? -up : up
}

/** At a rate of base units for one unit, kept as an integer × 10^10. */
export const converted = (minor: bigint, currency: string, base: string, rate: bigint): bigint =>
  rounded(minor * rate * 10n ** BigInt(decimalsIn(base)), 10n ** BigInt(10 + decimalsIn(currency)))

/** One amount of one document, in its currency and in base; base is null without a rate. */
export interface Item {
  currency: string
  minor: bigint
  base: bigint | null
}

export const negative = ({ currency, minor, base }: Item): Item => ({
  currency,
  minor: -minor,
  base: base === null ? null : -base,
})

export interface Amounts {
  amounts: { amount: string; currency: string }[]
  base: { amount: string; currency: string } | null
  knownBase: { amount: string; currency: string }
  withoutRate: number
}

/** One sum for each currency, by code, and one in base where every item has a rate. */
export function total(items: readonly Item[], baseCurrency: string): Amounts {
  const sums = new Map<string, bigint>()
  let base = 0n
  let withoutRate = 0
  for (const item of items) {
    sums.set(item.currency, (sums.get(item.currency) ?? 0n) + item.minor)
    if (item.base === null) withoutRate += 1
    else base += item.base
  }
  return {
    amounts: [...sums.keys()]
      .sort()
      .map(currency => ({ amount: spelled(sums.get(currency) ?? 0n, currency), currency })),
    base: withoutRate > 0 ? null : { amount: spelled(base, baseCurrency), currency: baseCurrency },
    knownBase: { amount: spelled(base, baseCurrency), currency: baseCurrency },
    withoutRate,
  }
}
