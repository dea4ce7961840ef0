import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { ExampleError } from '../connect.js'
import { countryCode } from './country.js'

export interface Customer {
  id: string
  companyName: string
  contactName: string | null
  contactTitle: string | null
  address: string
  city: string
  region: string | null
  postalCode: string | null
  /** ISO 3166. */
  country: string
  phone: string | null
}

export interface OrderLine {
  product: string
  unitPrice: string
  quantity: string
  /** In percent. */
  discount: string
}

export interface Order {
  id: string
  customerId: string
  orderedOn: string
  shippedOn: string | null
  lines: OrderLine[]
}

export interface Northwind {
  customers: Customer[]
  orders: Order[]
}

/** Reads the customers and orders of a folder in the format of the Northwind sample database. */
export async function readNorthwind(folder: string): Promise<Northwind> {
  const products = await readRows(folder, 'products.csv', row => ({
    id: row.text('productID'),
    name: row.text('productName'),
  }))
  const names = new Map(products.map(({ id, name }) => [id, name]))
  const customers = await readRows(
    folder,
    'customers.csv',
    row => ({
      id: row.text('customerID'),
      companyName: row.text('companyName'),
      contactName: row.optional('contactName'),
      contactTitle: row.optional('contactTitle'),
      address: row.text('address'),
      city: row.text('city'),
      region: row.optional('region'),
      postalCode: row.optional('postalCode'),
      country: countryCode(row.text('country')) ?? row.refuse(`there is no country ${row.text('country')}`),
      phone: row.optional('phone'),
    }),
    'address',
  )
  const known = new Set(customers.map(({ id }) => id))
  const orders = await readRows(
    folder,
    'orders.csv',
    row => {
      const id = row.text('orderID')
      const customerId = row.text('customerID')
      if (!known.has(customerId)) row.refuse(`customers.csv has no customer ${customerId}`)
      return {
        id,
        customerId,
        orderedOn: row.day('orderDate') ?? row.refuse('orderDate is empty'),
        shippedOn: row.day('shippedDate'),
        lines: new Array<OrderLine>(),
      }
    },
    'shipAddress',
  )
  const byId = new Map(orders.map(order => [order.id, order]))
  await readRows(folder, 'order-details.csv', row => {
    const order = byId.get(row.text('orderID')) ?? row.refuse(`orders.csv has no order ${row.text('orderID')}`)
    order.lines.push({
      product: names.get(row.text('productID')) ?? row.refuse(`products.csv has no product ${row.text('productID')}`),
      unitPrice: row.text('unitPrice'),
      quantity: row.text('quantity'),
      discount: percentOf(row.text('discount')) ?? row.refuse(`${row.text('discount')} is no fraction such as 0.15`),
    })
  })
  return { customers, orders }
}

/** Rows of a file; `free` names the column whose text may hold commas without quotes. */
async function readRows<T>(folder: string, name: string, read: (row: Row) => T, free?: string): Promise<T[]> {
  const text = await readFile(join(folder, name), 'utf8').catch((error: unknown) => {
    throw new ExampleError(
      `${join(folder, name)} cannot be read: give a folder with customers.csv, products.csv, orders.csv and order-details.csv.`,
      { cause: error },
    )
  })
  const parsed = parsedRows(text, name)
  const columns = parsed[0]?.cells ?? []
  return parsed
    .slice(1)
    .map(({ cells, line }) => read(new Row(`${name}, line ${line}`, columns, rejoined(cells, columns, free))))
}

function parsedRows(text: string, name: string): { cells: string[]; line: number }[] {
  try {
    // Its types do not follow the option `info`.
    const rows = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: { lines: number } }[] // as its documentation says
    return rows.map(({ record, info }) => ({ cells: record, line: info.lines }))
  } catch (error) {
    throw new ExampleError(`${name} is no CSV file: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** Addresses such as «24, place Kléber» stand without quotes: what a row has too much belongs to them. */
function rejoined(cells: string[], columns: string[], free: string | undefined): string[] {
  const surplus = cells.length - columns.length
  const at = free === undefined ? -1 : columns.indexOf(free)
  return surplus <= 0 || at < 0
    ? cells
    : [...cells.slice(0, at), cells.slice(at, at + surplus + 1).join(','), ...cells.slice(at + surplus + 1)]
}

class Row {
  constructor(
    private readonly place: string,
    private readonly columns: string[],
    private readonly cells: string[],
  ) {
    if (cells.length !== columns.length) this.refuse(`it has ${cells.length} cells, and the header ${columns.length}`)
  }

  refuse(why: string): never {
    throw new ExampleError(`${this.place}: ${why}.`)
  }

  optional(column: string): string | null {
    const at = this.columns.indexOf(column)
    if (at < 0) this.refuse(`there is no column ${column}`)
    const cell = this.cells[at]?.trim() ?? ''
    return cell === '' || cell === 'NULL' ? null : cell
  }

  text(column: string): string {
    return this.optional(column) ?? this.refuse(`${column} is empty`)
  }

  /** The day of a timestamp such as 1996-07-04 00:00:00.000. */
  day(column: string): string | null {
    const cell = this.optional(column)
    const day = cell?.match(/^\d{4}-\d{2}-\d{2}(?= |T|$)/)?.[0]
    if (cell !== null && day === undefined) this.refuse(`${column} is ${cell}, which is no date such as 1996-07-04`)
    return day ?? null
  }
}

/** 0.15 is 15; moved in the text, since no float is exact. */
function percentOf(fraction: string): string | undefined {
  const [, whole = '', decimals = ''] = /^(\d+)(?:\.(\d+))?$/.exec(fraction) ?? []
  if (whole === '') return undefined
  const digits = decimals.padEnd(2, '0')
  return `${whole}${digits.slice(0, 2)}.${digits.slice(2)}`.replace(/^0+(?=\d)/, '').replace(/\.$/, '')
}
