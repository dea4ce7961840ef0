import fc from 'fast-check'
import { parseDecimal } from './decimal.js'
import { lineNet, totals, type LineAmounts } from './totals.js'

const percent = (text: string) => parseDecimal(text, 4)

function line(quantity: string, unitPrice: string, taxRate: string | null = null, discount = '0'): LineAmounts {
  return {
    quantity: parseDecimal(quantity, 4),
    unitPrice: parseDecimal(unitPrice, 6),
    discount: percent(discount),
    taxRate: taxRate === null ? null : percent(taxRate),
  }
}

describe('a line', () => {
  test.each([
    ['1', '0.35', '0', 'EUR', 35n],
    ['3', '33.333333', '0', 'EUR', 10000n],
    ['1', '0.005', '0', 'EUR', 1n],
    ['0.5', '0.01', '0', 'EUR', 1n],
    ['2', '19.99', '15', 'EUR', 3398n],
    ['1', '100', '100', 'EUR', 0n],
    ['1', '0.05', '10', 'EUR', 5n], // 0.045, and not 0.05 − 0.01
    ['1', '0.15', '50', 'EUR', 8n], // 0.075, and not 0.15 − 0.08
    ['0.5', '0.33', '50', 'EUR', 8n], // 0.0825, and not 0.17 − 0.09
    ['1.5', '333', '0', 'JPY', 500n],
    ['1', '1.0005', '0', 'KWD', 1001n],
  ])('of %s × %s less %s %% in %s', (quantity, price, discount, currency, net) => {
    expect(lineNet(line(quantity, price, null, discount), currency)).toBe(net)
  })

  test('is refused when it would not stay exact', () => {
    expect(() => lineNet(line('1000000', '9000000000'), 'EUR')).toThrow(
      expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }),
    )
  })
})

describe('a document', () => {
  test('rounds tax once per rate, not per line', () => {
    const three = [line('1', '0.35', '10'), line('1', '0.35', '10'), line('1', '0.35', '10')]

    expect(totals(three, null, 'EUR')).toEqual({
      net: 105n,
      tax: 11n,
      withholding: 0n,
      payable: 116n,
      taxes: [{ rate: percent('10'), base: 105n, amount: 11n }],
    })
  })

  test('lists the rates in order, zero among them, and leaves out what no tax applies to', () => {
    const { taxes, net, tax } = totals(
      [line('1', '100', '21'), line('1', '50', '0'), line('1', '10', '10'), line('1', '7'), line('1', '100', '21')],
      null,
      'EUR',
    )

    expect(taxes).toEqual([
      { rate: percent('0'), base: 5000n, amount: 0n },
      { rate: percent('10'), base: 1000n, amount: 100n },
      { rate: percent('21'), base: 20000n, amount: 4200n },
    ])
    expect({ net, tax }).toEqual({ net: 26700n, tax: 4300n })
  })

  test('withholds once on the net, untaxed lines included', () => {
    const { withholding, payable } = totals(
      [line('1', '0.35', '21'), line('1', '0.35'), line('1', '0.35', '21')],
      percent('15'),
      'EUR',
    )

    expect(withholding).toBe(16n) // 1.05 × 15 % = 0.1575
    expect(payable).toBe(105n + 15n - 16n)
  })

  test('without lines is nothing', () => {
    expect(totals([], percent('15'), 'EUR')).toEqual({ net: 0n, tax: 0n, withholding: 0n, payable: 0n, taxes: [] })
  })

  test('is refused when its sum would not stay exact', () => {
    const large = line('10000', '6000000000')
    expect(() => totals([large, large], null, 'EUR')).toThrow(expect.objectContaining({ code: 'NUMBER_TOO_LARGE' }))
  })

  test('adds up, whatever its lines and in whatever order', () => {
    const anyLine = fc.record({
      quantity: fc.bigInt({ min: 1n, max: 10n ** 7n }),
      unitPrice: fc.bigInt({ min: 0n, max: 10n ** 10n }),
      discount: fc.bigInt({ min: 0n, max: 10n ** 6n }),
      taxRate: fc.option(fc.constantFrom('0', '4', '5.2', '10', '21').map(percent)),
    })
    fc.assert(
      fc.property(fc.array(anyLine), fc.option(fc.constantFrom('7', '15', '19').map(percent)), (lines, withholding) => {
        const result = totals(lines, withholding, 'EUR')

        expect(result.payable).toBe(result.net + result.tax - result.withholding)
        expect(result.net).toBe(lines.reduce((sum, each) => sum + lineNet(each, 'EUR'), 0n))
        expect(result.tax).toBe(result.taxes.reduce((sum, { amount }) => sum + amount, 0n))
        expect(totals(lines.toReversed(), withholding, 'EUR')).toEqual(result)
      }),
    )
  })
})
