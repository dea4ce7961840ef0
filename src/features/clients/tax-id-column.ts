import { decimalText, writtenNumber } from '../../lib/written-number.js'
import { partsOf } from '../imports/index.js'

/** «VAT» is what a tax id is called, and the tax: whether a column that is called so holds tax ids. */
export const isTaxIdColumn = (
  _sample: string,
  { header, cells }: { header: string; cells: readonly string[] },
): boolean => {
  const filled = cells.map(cell => cell.trim()).filter(Boolean)
  return (
    !partsOf(header).includes('vat') || !(header.includes('%') || (filled.length > 0 && filled.every(isRateOrAmount)))
  )
}

/** No tax id is as short, or has a fraction or a sign. */
function isRateOrAmount(text: string): boolean {
  const written = writtenNumber(text)
  if (!written) return false
  const { percent, sign, proves, body } = written
  return (
    percent ||
    sign !== null ||
    (proves !== null && body.includes(proves)) ||
    Number(decimalText(written, 'EXACT')) < 100
  )
}
