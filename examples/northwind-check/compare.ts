import {
  ClientsWithOverviewDocument,
  type ClientelaClient,
  type ClientsWithOverviewQuery,
  type MoneySumFieldsFragment,
} from '@clientela/sdk'
import { figureNames, type Expectation, type Figure, type Figures } from './expected.js'

export interface Comparison {
  /** How many figures were held against each other. */
  compared: number
  differences: string[]
  /** The days of the figures; the server told which day is today. */
  days: string[]
}

type Overview = ClientsWithOverviewQuery['clients']['nodes'][number]['overview']

/** Holds the overview of every client, on each of the days and today, against what the files say. */
export async function compare(
  api: ClientelaClient,
  expected: Expectation,
  days: readonly string[],
): Promise<Comparison> {
  const result: Comparison = { compared: 0, differences: [], days: [] }
  for (const day of [...days, null]) {
    const overviews = await overviewsOn(api, day)
    const missing = expected.customers.filter(customer => !overviews.has(customer))
    result.differences.push(...missing.map(customer => `${customer}: there is no such client`))
    const asOf = day ?? [...overviews.values()][0]?.asOf
    if (asOf === undefined) continue
    result.days.push(asOf)
    for (const customer of expected.customers) {
      const overview = overviews.get(customer)
      if (overview) compareOne(result, `${customer} on ${asOf}`, expected.figures(customer, asOf), overview, asOf)
    }
  }
  return result
}

function compareOne(result: Comparison, what: string, wanted: Figures, overview: Overview, asOf: string) {
  const found = figuresOf(overview)
  for (const name of figureNames) {
    result.compared++
    const [want, have] = [told(wanted[name]), found[name]]
    if (want !== have) result.differences.push(`${what}, ${name}: the files say ${want}, the API says ${have}`)
  }
  if (overview.asOf !== asOf) result.differences.push(`${what}: the API answered for ${overview.asOf}`)
}

async function overviewsOn(api: ClientelaClient, asOf: string | null): Promise<Map<string, Overview>> {
  const overviews = new Map<string, Overview>()
  for await (const { nodes } of api.pages(
    ClientsWithOverviewDocument,
    { first: 100, archived: 'INCLUDE', asOf },
    data => data.clients,
  )) {
    for (const { externalId, overview } of nodes) {
      if (externalId !== null) overviews.set(externalId, overview)
    }
  }
  return overviews
}

function figuresOf({ purchaseOrders, invoices }: Overview): Record<keyof Figures, string> {
  const group = ({ count, amount }: { count: number; amount: MoneySumFieldsFragment }) => answered(count, amount)
  return {
    'orders total': group(purchaseOrders.total),
    'orders closed': group(purchaseOrders.closed),
    'orders open': group(purchaseOrders.open),
    'invoices authorised': group(invoices.authorised),
    'invoices pending': group(invoices.pending),
    'invoices overdue': group(invoices.overdue),
    'invoices paid': group(invoices.paid),
    'invoices outstanding': group(invoices.outstanding),
    'invoices due': answered(invoices.authorised.count, invoices.authorised.amountDue),
  }
}

/** A figure as the API has to give it: dollars alone, and no sum where nothing is counted. */
function told({ count, cents }: Figure): string {
  const digits = cents.toString().padStart(3, '0')
  return `${count}: ${count === 0 ? 'nothing' : `${digits.slice(0, -2)}.${digits.slice(-2)} USD`}`
}

function answered(count: number, { amounts }: MoneySumFieldsFragment): string {
  return `${count}: ${amounts.map(({ amount, currency }) => `${amount} ${currency}`).join(' + ') || 'nothing'}`
}
