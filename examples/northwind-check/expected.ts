import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'

/** How many documents, and their sum in cents. */
export interface Figure {
  count: number
  cents: bigint
}

export const figureNames = [
  'orders total',
  'orders closed',
  'orders open',
  'invoices authorised',
  'invoices pending',
  'invoices overdue',
  'invoices paid',
  'invoices outstanding',
  'invoices due',
] as const
export type FigureName = (typeof figureNames)[number]
export type Figures = Record<FigureName, Figure>

interface Order {
  customer: string
  ordered: string
  shipped: string | null
  due: string
  cents: bigint
}

/**
 * Computes the overviews from the files alone. It shares no code with the server, nor with the example that loads them.
 */
export class Expectation {
  private constructor(
    readonly customers: readonly string[],
    private readonly orders: readonly Order[],
  ) {}

  static read(folder: string): Expectation {
    const customers = table(folder, 'customers.csv').map(row => row('customerID'))
    const sums = new Map<string, bigint>()
    for (const row of table(folder, 'order-details.csv')) {
      const order = row('orderID')
      sums.set(order, (sums.get(order) ?? 0n) + lineCents(row('unitPrice'), row('quantity'), row('discount')))
    }
    const orders = table(folder, 'orders.csv').map(row => {
      const ordered = row('orderDate').slice(0, 10)
      const shipped = row('shippedDate')
      const due = new Date(Date.parse(ordered) + 14 * 86_400_000).toISOString().slice(0, 10)
      return {
        customer: row('customerID'),
        ordered,
        shipped: shipped === 'NULL' ? null : shipped.slice(0, 10),
        due,
        cents: sums.get(row('orderID')) ?? 0n,
      }
    })
    return new Expectation(customers, orders)
  }

  figures(customer: string, day: string): Figures {
    const all = this.orders.filter(order => order.customer === customer && order.ordered <= day)
    const shipped = ({ shipped }: Order) => shipped !== null && shipped <= day
    const paid = (order: Order) => shipped(order) || order.cents === 0n
    const unpaid = all.filter(order => !paid(order))
    return {
      'orders total': sum(all),
      'orders closed': sum(all.filter(shipped)),
      'orders open': sum(all.filter(order => !shipped(order))),
      'invoices authorised': sum(all),
      'invoices pending': sum(unpaid.filter(({ due }) => due >= day)),
      'invoices overdue': sum(unpaid.filter(({ due }) => due < day)),
      'invoices paid': sum(all.filter(paid)),
      'invoices outstanding': sum(unpaid),
      // The amount due of all authorised ones, paid or not.
      'invoices due': { count: all.length, cents: sum(unpaid).cents },
    }
  }
}

const sum = (orders: readonly Order[]): Figure => ({
  count: orders.length,
  cents: orders.reduce((total, { cents }) => total + cents, 0n),
})

/** Rows of a file. The columns read here stand before those whose text may hold commas without quotes. */
function table(folder: string, name: string): ((column: string) => string)[] {
  const rows: string[][] = parse(readFileSync(join(folder, name)), {
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
  })
  const [header = [], ...cells] = rows
  return cells.map(row => column => {
    const cell = row[header.indexOf(column)]
    if (cell === undefined) throw new Error(`${name} has a row without ${column}.`)
    return cell
  })
}

const places = 6
const one = 10n ** BigInt(places)

/** Price × quantity × (1 − discount), rounded half-up to cents. */
function lineCents(price: string, quantity: string, discount: string): bigint {
  const exact = scaled(price) * scaled(quantity) * (one - scaled(discount))
  const cent = one ** 3n / 100n
  return (2n * exact + cent) / (2n * cent)
}

function scaled(text: string): bigint {
  const [, whole = '', decimals = ''] = /^(\d+)(?:\.(\d{0,6}))?$/.exec(text) ?? []
  if (whole === '') throw new Error(`${text} is no number with at most ${places} decimals.`)
  return BigInt(whole + decimals.padEnd(places, '0'))
}
