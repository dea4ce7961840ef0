import { divideHalfUp } from '../../lib/decimal.js'
import { decimalsOf } from '../../lib/money.js'

/** Returns the rate by which the written number would be the amount of tax on a net; undefined where none fits. */
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

/** Returns the result of the work; undefined where amounts are wrong, which the row reports elsewhere. */
export function attempted<V>(work: () => V): V | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
