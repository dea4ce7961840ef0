import { divideHalfUp } from '../../lib/decimal.js'
import { decimalsOf } from '../../lib/money.js'

/** The one of some rates by which what is written as a rate would be the amount of tax on a net. */
export function rateOf(
  written: bigint,
  net: bigint | undefined,
  rates: readonly string[],
  currency: string,
): string | undefined {
  const amount = (written * 10n ** BigInt(decimalsOf(currency))) / 1_0000n
  return net === undefined || written === 0n
    ? undefined
    : rates.find(each => divideHalfUp(net * BigInt(each), 100n) === amount)
}

/** Returns the sum of some amounts; undefined where they are wrong, as the row says elsewhere. */
export function attempted<V>(work: () => V): V | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
