import type { Day } from '../../lib/calendar.js'
import { formatMoney } from '../../lib/money.js'
import type { MoneySum } from '../../graphql/money.type.js'
import type { InvoiceBucket } from '../invoicing/index.js'
import type { GroupRow } from './overview.queries.js'

/** What the groups of an overview share: whose they are, and for which day. */
export interface Frame {
  clientId: string
  asOf: Day
  /** Whether the day is today, which alone has figures without a dated past. */
  isToday: boolean
  baseCurrency: string
}

/** One client's rows of the statement, by block. */
export class Overview {
  constructor(readonly frame: Frame, private readonly rows: readonly GroupRow[]) {}

  get asOf(): Day {
    return this.frame.asOf
  }

  of(block: string, way = ''): GroupRow[] {
    return this.rows.filter(row => row.block === block && row.way === way)
  }
}

type Part = 'amount' | 'amount2' | 'amount3'
const baseOf = { amount: 'base', amount2: 'base2', amount3: 'base3' } as const

/** A sum that is still exact: minor units for each currency and in base. */
export class Sum {
  private readonly byCurrency = new Map<string, bigint>()
  private base = 0n
  private withoutRate = 0n

  add(rows: readonly GroupRow[], part: Part, sign: 1n | -1n = 1n): this {
    for (const row of rows) {
      this.byCurrency.set(row.currency, (this.byCurrency.get(row.currency) ?? 0n) + sign * row[part])
      this.base += sign * row[baseOf[part]]
      this.withoutRate += row.withoutRate
    }
    return this
  }

  in(baseCurrency: string): MoneySum {
    return {
      amounts: [...this.byCurrency].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => ({ amount: formatMoney(minor, currency), currency })),
      base: this.withoutRate > 0n ? null : { amount: formatMoney(this.base, baseCurrency), currency: baseCurrency },
      withoutRate: Number(this.withoutRate),
    }
  }
}

export const count = (rows: readonly GroupRow[]) => Number(rows.reduce((sum, row) => sum + row.count, 0n))

/** The groups in which the statement tells overdue invoices apart. */
export const ages = ['OVERDUE_1_30', 'OVERDUE_31_60', 'OVERDUE_61_90', 'OVERDUE_OVER_90'] as const satisfies readonly InvoiceBucket[]
