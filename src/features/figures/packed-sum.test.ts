import { moneySum, type SumPart } from '../../model/money.js'
import { amountsOf, baseOf, knownBaseOf, packSum, PackedTotal, unpackSum, withoutRateOf } from './packed-sum.js'

const part = (currency: string, amount: bigint, base: bigint, withoutRate = 0n): SumPart => ({
  currency,
  amount,
  base,
  withoutRate,
})

test.each<[string, SumPart[], unknown]>([
  ['of nothing', [], ''],
  ['in the base currency', [part('EUR', 1250n, 1250n), part('EUR', -250n, -250n)], 1000],
  ['that comes to nothing', [part('EUR', 100n, 100n), part('EUR', -100n, -100n)], 0],
  ['in the base currency that was converted', [part('EUR', 100n, 200n)], [0, 200, 'EUR', 100]],
  ['that is negative', [part('EUR', -5n, -5n)], -5],
  ['as large as can be', [part('EUR', 2n ** 53n - 1n, 2n ** 53n - 1n)], Number.MAX_SAFE_INTEGER],
  ['in another currency', [part('JPY', 500n, 300n)], [0, 300, 'JPY', 500]],
  ['in several', [part('USD', 1n, 1n), part('EUR', 2n, 2n)], [0, 3, 'EUR', 2, 'USD', 1]],
  ['without all rates', [part('EUR', 2n, 2n), part('USD', 1n, 0n, 3n)], [3, 2, 'EUR', 2, 'USD', 1]],
  ['in the base currency without a rate', [part('EUR', 2n, 2n, 1n)], [1, 2, 'EUR', 2]],
])('a sum %s is kept in little room and comes back as it was', (_, parts, expected) => {
  const sum = moneySum(parts, 'EUR')
  const packed = packSum(sum)
  expect(packed).toEqual(expected)
  expect(unpackSum(packed, 'EUR')).toEqual(sum)
  expect([amountsOf(packed, 'EUR'), baseOf(packed, 'EUR'), knownBaseOf(packed, 'EUR'), withoutRateOf(packed)]).toEqual([
    sum.amounts,
    sum.base?.amount ?? null,
    sum.knownBase.amount,
    sum.withoutRate,
  ])
})

const samples: SumPart[][] = [
  [],
  [part('EUR', 1250n, 1250n)],
  [part('EUR', -1250n, -1250n)],
  [part('EUR', 100n, 200n)],
  [part('JPY', 500n, 300n)],
  [part('USD', -7n, -9n), part('EUR', 2n, 2n)],
  [part('EUR', 2n, 2n, 1n)],
  [part('USD', 1n, 0n, 3n)],
]

test.each(samples.flatMap(one => samples.map(other => [one, other] as const)))(
  'the total of two sums is the sum of all their parts (%#)',
  (one, other) => {
    const total = new PackedTotal()
    for (const parts of [one, other]) total.add(packSum(moneySum(parts, 'EUR')))
    expect(unpackSum(total.packed('EUR'), 'EUR')).toEqual(moneySum([...one, ...other], 'EUR'))
  },
)

test('a total that is too large to be exact is refused, also on its way', () => {
  const total = new PackedTotal()
  total.add(Number.MAX_SAFE_INTEGER)
  expect(() => {
    total.add(1)
  }).toThrow('too large')
})
