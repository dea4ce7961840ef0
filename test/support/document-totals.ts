import type { Json } from './world.js'

const decimals: Record<string, number> = { JPY: 0, KWD: 3 }
const rounded = (numerator: bigint, denominator: bigint) => (2n * numerator + denominator) / (2n * denominator)

/** Expects of the row of a document that its sums are those of the rows of its lines. */
export function expectTotals(document: Json, lines: Json[]) {
  const unit = 10n ** BigInt(decimals[document.currency] ?? 2)
  const taxed = new Map<string, bigint>()
  let net = 0n
  expect(lines.map(line => line.position)).toEqual(lines.map((_, place) => place + 1))
  for (const line of lines) {
    const amount = rounded(
      BigInt(line.quantity) * BigInt(line.unit_price) * (1_000_000n - BigInt(line.discount)) * unit,
      10n ** 16n,
    )
    expect(String(line.net)).toBe(String(amount))
    net += amount
    if (line.tax_rate !== null) taxed.set(String(line.tax_rate), (taxed.get(String(line.tax_rate)) ?? 0n) + amount)
  }
  const tax = [...taxed].reduce((sum, [rate, base]) => sum + rounded(base * BigInt(rate), 1_000_000n), 0n)
  const withholding = rounded(net * BigInt(document.withholding_rate ?? 0), 1_000_000n)
  const inBase = (amount: bigint) =>
    document.rate === null ? null : String(rounded(amount * BigInt(document.rate) * 100n, unit * 10n ** 10n))
  const text = (value: Json) => (value === null ? null : String(value))
  expect([document.net, document.tax, document.payable ?? document.total].map(text)).toEqual(
    [net, tax, net + tax - withholding].map(String),
  )
  expect([document.net_base, document.payable_base ?? document.total_base ?? null].map(text)).toEqual([
    inBase(net),
    inBase(net + tax - withholding),
  ])
}
