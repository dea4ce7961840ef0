import { parseDecimal } from '../../lib/decimal.js'
import type { LineAmounts } from '../../lib/totals.js'
import type { RecordValues, RowReader } from '../imports/index.js'

export interface Line {
  description: string
  quantity: string
  unitPrice: string
  discount: string
  taxRate: string | null
}

/** The values that invoices, orders and quotes share. */
export interface DocumentValues extends RecordValues {
  clientId: string
  currency?: string | null
  rate?: string | null
  total?: string | null
  withholdingRate?: string | null
  lines: Line[]
}

export type DocumentReader = RowReader<unknown, DocumentValues>

export const amountsOf = ({ quantity, unitPrice, discount, taxRate }: Line): LineAmounts => ({
  quantity: parseDecimal(quantity, 4),
  unitPrice: parseDecimal(unitPrice, 6),
  discount: parseDecimal(discount, 4),
  taxRate: taxRate === null ? null : parseDecimal(taxRate, 4),
})
