/**
 * The cost of a kind of work, in points; it is declared where the field is. A point is about a millisecond of a server
 * that keeps 10,000 clients with 20 documents each.
 */
export interface Cost {
  /** Where it is asked of the whole organisation. */
  whole?: number
  /** Where it is asked of records: for each of them. */
  each?: number
}

/** Costs that are the same everywhere. */
export const costs = {
  /**
   * Each field of each record. The server makes an answer in one go, while others wait: a million values take a second
   * or more.
   */
  value: 0.0015,
  /** Each record that comes with another, such as a line, when it has been read. */
  part: 0.02,
  /** Each record of a page, and each month of an overview. */
  record: 0.05,
  /** Each field with arguments: it may have a statement of its own. */
  statement: 1,
  /** A change, and each item of the lists it is given. */
  change: 10,
  item: 0.5,
  /** A list of each of several records. */
  list: { whole: 0, each: 0.1 },
  /** Counting a list. */
  count: { whole: 50, each: 0.2 },
  /** Looking for the records of a list that a filter leaves, or that come first in an order. */
  filter: { whole: 20, each: 0.1 },
  order: { whole: 10, each: 0.1 },
  /** A figure that is worked out for every record, to filter or order by. */
  figure: { whole: 50, each: 0.5 },
  search: { whole: 20, each: 1 },
  bucket: { whole: 40, each: 0.2 },
} as const

/**
 * The cost to ask this of so many parents; `within` a record they are records, else the organisation or parts of it.
 */
export const costAt = ({ whole = 0, each = 0 }: Cost, parents: number, within: boolean) =>
  within ? each * parents : Math.max(whole, each * parents)

export const sumOf = (...all: Cost[]): Cost => ({
  whole: all.reduce((sum, { whole = 0 }) => sum + whole, 0),
  each: all.reduce((sum, { each = 0 }) => sum + each, 0),
})
