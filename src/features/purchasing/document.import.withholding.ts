import { formatDecimal, parseDecimal, shortest } from '../../lib/decimal.js'
import { totals } from '../../lib/totals.js'
import { attempted, rateOf } from './document.import.rate.js'
import { amountsOf, type DocumentReader } from './document.import.values.js'

/** The fact that a file's column of withholding holds amounts. */
const withheldAmounts = 'WITHHELD_AMOUNTS'

/** Rates of withholding tax in percent that are in use here. */
const usualWithheld = ['15', '7', '19', '24', '2', '1']

/**
 * A column that is headed Retención holds rates or amounts as well. A cell is an amount where it is not a usual rate,
 * but a usual rate of the document's net gives it. The other cells are amounts too, where all of them may be.
 */
export function readWithholding(rows: readonly DocumentReader[], currencyOf: (row: DocumentReader) => string) {
  const documents = rows.filter(row => !row.isKnownById).flatMap(row => withheldOf(row, currencyOf(row)))
  const [first] = rows
  const mayBeAmounts = documents.every(({ rate, asAmount }) => asAmount !== undefined || rate === 0n)
  const oneIs = documents.some(({ rate, asAmount }) => asAmount !== undefined && isUnusualWithheld(rate))
  const holdsAmounts = mayBeAmounts && (first?.file.has(withheldAmounts) || oneIs)
  if (holdsAmounts) first?.file.add(withheldAmounts)
  for (const { row, rate, asAmount } of documents) {
    const written = shortest(formatDecimal(rate, 4))
    if (asAmount !== undefined && (holdsAmounts || isUnusualWithheld(rate))) {
      row.warn(
        'WITHHOLDING_READ_AS_AMOUNT',
        `${written} was read as the amount withheld, at ${asAmount} %: that is what this rate makes of the net.`,
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

interface Withheld {
  row: DocumentReader
  rate: bigint
  /** The usual rate by which this is the amount withheld. */
  asAmount: string | undefined
}

function withheldOf(row: DocumentReader, currency: string): Withheld[] {
  const { withholdingRate, lines = [] } = row.values
  const rate = withholdingRate ? attempted(() => parseDecimal(withholdingRate, 4)) : undefined
  if (rate === undefined) return []
  const net = attempted(() => totals(lines.map(amountsOf), null, currency).net)
  return [{ row, rate, asAmount: rateOf(rate, net, usualWithheld, currency) }]
}
