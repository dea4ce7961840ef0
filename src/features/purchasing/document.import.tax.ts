import { formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { lineNet } from '../../lib/totals.js'
import { attempted, rateOf } from './document.import.rate.js'
import { amountsOf, type DocumentReader, type Line } from './document.import.values.js'

/** The fact that a file's column of tax holds amounts. */
const taxAmounts = 'TAX_AMOUNTS'

/** Rates of tax in percent that are in use here. */
const usual = ['21', '10', '5', '4']
const highest = 27_0000n
/** Rates with decimals in Europe: surcharges, the Canaries, France, Switzerland and others. */
const broken = new Set([
  '0.5',
  '1.4',
  '1.75',
  '2.1',
  '2.5',
  '2.6',
  '3.7',
  '3.8',
  '4.8',
  '5.2',
  '5.5',
  '7.5',
  '7.7',
  '8.1',
  '8.5',
  '9.5',
  '13.5',
  '25.5',
])

interface TaxedLine {
  row: DocumentReader
  line: Line
  rate: bigint
  /** The usual rate by which this is the amount of tax. */
  asAmount: string | undefined
}

/**
 * A column that is headed IVA holds rates, or in most listings of Spanish programs amounts. It holds amounts where a
 * usual rate of its line gives each cell, and one cell is a rate of no country. The cells are then read as those rates.
 */
export function readTaxes(rows: readonly DocumentReader[], currencyOf: (row: DocumentReader) => string) {
  const lines = rows.filter(row => !row.isKnownById).flatMap(row => linesOf(row, currencyOf(row)))
  const [first] = rows
  const holdsAmounts =
    (first?.file.has(taxAmounts) || lines.some(({ rate, asAmount }) => asAmount !== undefined && isUnusual(rate))) &&
    lines.every(({ rate, asAmount }) => asAmount !== undefined || rate === 0n)
  if (holdsAmounts) first?.file.add(taxAmounts)
  for (const { row, line, rate, asAmount } of lines) {
    if (holdsAmounts && asAmount !== undefined) {
      row.warn(
        'TAX_READ_AS_AMOUNT',
        `${shortest(formatDecimal(rate, 4))} was read as the amount of tax, at ${asAmount} %: that is what this rate makes of the line.`,
        'taxRate',
      )
      line.taxRate = asAmount
    } else if (isUnusual(rate) && rate <= 100_0000n) {
      row.warn(
        'TAX_RATE_UNUSUAL',
        `No country has a tax rate of ${shortest(formatDecimal(rate, 4))} %: where it is the amount of tax, leave the column out and give the rate.`,
        'taxRate',
      )
    }
  }
}

const isUnusual = (rate: bigint) =>
  rate > highest || (rate % 1_0000n !== 0n && !broken.has(shortest(formatDecimal(rate, 4))))

function linesOf(row: DocumentReader, currency: string): TaxedLine[] {
  const { lines = [] } = row.values
  return lines.flatMap((line, at) => {
    const { unitPrice, taxRate } = line
    if (taxRate === null || (unitPrice as string | undefined) === undefined) return [] // a wrong row may lack it
    const net = attempted(() => lineNet(amountsOf(line), currency))
    const rate = parseDecimal(taxRate, 4)
    return [{ row: row.lines[at] ?? row, line, rate, asAmount: rateOf(rate, net, usual, currency) }]
  })
}
