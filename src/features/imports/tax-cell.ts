import { divideHalfUp, formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { decimalsOf } from '../../lib/money.js'
import { lineNet, totals, type LineAmounts } from '../../lib/totals.js'
import type { Line } from './document-lines.js'
import type { RowReader } from './row-reader.js'

/** Rates of tax in percent that are in use here. */
const usual = ['21', '10', '5', '4']
const highest = 27_0000n
/** Rates with decimals, of Europe: surcharges, the Canaries, France, Switzerland and others. */
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

/** Rates of withholding tax in percent that are in use here. */
const usualWithheld = ['15', '7', '19', '24', '2', '1']

interface TaxedLine<T> {
  row: RowReader<T>
  line: Line
  rate: bigint
  /** The usual rate by which this is the amount of tax. */
  asAmount: string | undefined
}

/**
 * A column that is headed IVA holds rates, or in most listings of Spanish programs amounts. It holds amounts where each of
 * its cells is what a usual rate makes of its line, and one of them is no rate of any country; they are read as that rate.
 */
export function readTaxes<T>(rows: readonly RowReader<T>[], currencyOf: (row: RowReader<T>) => string) {
  const lines = rows.filter(row => row.values.ownId === undefined).flatMap(row => linesOf(row, currencyOf(row)))
  const [first] = rows
  const holdsAmounts =
    (first?.file.holdsTaxAmounts || lines.some(({ rate, asAmount }) => asAmount !== undefined && isUnusual(rate))) &&
    lines.every(({ rate, asAmount }) => asAmount !== undefined || rate === 0n)
  if (holdsAmounts && first) first.file.holdsTaxAmounts = true
  for (const { row, line, rate, asAmount } of lines) {
    if (holdsAmounts && asAmount !== undefined) {
      row.warn(
        'TAX_READ_AS_AMOUNT',
        `${shortest(formatDecimal(rate, 4))} was taken for the amount of tax, at ${asAmount} %: that is what this rate makes of the line.`,
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

function linesOf<T>(row: RowReader<T>, currency: string): TaxedLine<T>[] {
  const lines = (row.values.lines as Line[] | undefined) ?? [] // as read
  return lines.flatMap((line, at) => {
    const { unitPrice, taxRate } = line
    if (taxRate === null || (unitPrice as string | undefined) === undefined) return [] // a wrong row may lack it
    const net = attempted(() => lineNet(amountsOf(line), currency))
    const rate = parseDecimal(taxRate, 4)
    return [{ row: row.lines[at] ?? row, line, rate, asAmount: rateOf(rate, net, usual, currency) }]
  })
}

/** The one of some rates by which what is written as a rate would be the amount of tax on a net. */
function rateOf(
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

/**
 * A column that is headed Retención holds rates or amounts as well. What is no usual rate, and is what one makes of the net
 * of its document, is an amount; so is each of the others where all of them may be.
 */
export function readWithholding<T>(rows: readonly RowReader<T>[], currencyOf: (row: RowReader<T>) => string) {
  const documents = rows.filter(row => row.values.ownId === undefined).flatMap(row => withheldOf(row, currencyOf(row)))
  const [first] = rows
  const mayBeAmounts = documents.every(({ rate, asAmount }) => asAmount !== undefined || rate === 0n)
  const oneIs = documents.some(({ rate, asAmount }) => asAmount !== undefined && isUnusualWithheld(rate))
  const holdsAmounts = mayBeAmounts && (first?.file.holdsWithheldAmounts || oneIs)
  if (holdsAmounts && first) first.file.holdsWithheldAmounts = true
  for (const { row, rate, asAmount } of documents) {
    const written = shortest(formatDecimal(rate, 4))
    if (asAmount !== undefined && (holdsAmounts || isUnusualWithheld(rate))) {
      row.warn(
        'WITHHOLDING_READ_AS_AMOUNT',
        `${written} was taken for the amount withheld, at ${asAmount} %: that is what this rate makes of the net.`,
        'withholdingRate',
      )
      row.values.withholdingRate = asAmount
    } else if (isUnusualWithheld(rate) && rate <= 100_0000n) {
      row.warn(
        'WITHHOLDING_UNUSUAL',
        `A withholding of ${written} % is unusual: where it is the amount withheld, leave the column out and give the rate.`,
        'withholdingRate',
      )
    }
  }
}

const isUnusualWithheld = (rate: bigint) => rate !== 0n && !usualWithheld.includes(shortest(formatDecimal(rate, 4)))

function withheldOf<T>(
  row: RowReader<T>,
  currency: string,
): { row: RowReader<T>; rate: bigint; asAmount: string | undefined }[] {
  const { withholdingRate, lines = [] } = row.values as { withholdingRate?: string | null; lines?: Line[] } // as read
  const rate = withholdingRate ? attempted(() => parseDecimal(withholdingRate, 4)) : undefined
  if (rate === undefined) return []
  const net = attempted(() => totals(lines.map(amountsOf), null, currency).net)
  return [{ row, rate, asAmount: rateOf(rate, net, usualWithheld, currency) }]
}

export const amountsOf = ({ quantity, unitPrice, discount, taxRate }: Line): LineAmounts => ({
  quantity: parseDecimal(quantity, 4),
  unitPrice: parseDecimal(unitPrice, 6),
  discount: parseDecimal(discount, 4),
  taxRate: taxRate === null ? null : parseDecimal(taxRate, 4),
})

function attempted<V>(work: () => V): V | undefined {
  try {
    return work()
  } catch {
    return undefined // a line that is wrong is told so elsewhere
  }
}
