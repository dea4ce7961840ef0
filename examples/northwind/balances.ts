import { ClientBalancesDocument, type ClientelaClient } from '@clientela/sdk'

export interface Balance {
  externalId: string
  legalName: string
  outstanding: { count: number; amount: string }
  overdue: { count: number; amount: string }
}

interface Group {
  count: number
  amount: { amounts: { amount: string; currency: string }[] }
}

/** Prints the amounts in dollars that customers owe on a day, the largest first. */
export async function balances(
  api: ClientelaClient,
  customers: readonly { id: string }[],
  asOf: string,
): Promise<Balance[]> {
  const ids = new Set(customers.map(({ id }) => id))
  const found: Balance[] = []
  for await (const page of api.pages(
    ClientBalancesDocument,
    { first: 100, archived: 'INCLUDE', asOf },
    data => data.clients,
  )) {
    for (const { externalId, legalName, overview } of page.nodes) {
      if (externalId === null || !ids.has(externalId)) continue
      found.push({
        externalId,
        legalName,
        outstanding: inDollars(overview.invoices.outstanding),
        overdue: inDollars(overview.invoices.overdue),
      })
    }
  }
  return found.sort(
    (a, b) =>
      Number(cents(b.outstanding.amount) - cents(a.outstanding.amount)) || (a.externalId < b.externalId ? -1 : 1),
  )
}

/** The balances as lines to print. */
export function told(all: readonly Balance[], asOf: string, most = 10): string {
  const rows = all
    .slice(0, most)
    .map(
      ({ externalId, legalName, outstanding, overdue }) =>
        `${externalId.padEnd(6)} ${legalName.slice(0, 36).padEnd(36)} ${grouped(outstanding.amount)} ${grouped(overdue.amount)}`,
    )
  const sum = (group: 'outstanding' | 'overdue') => all.reduce((count, balance) => count + balance[group].count, 0)
  return [
    `${`Most outstanding on ${asOf}, in USD`.padEnd(43)} ${'outstanding'.padStart(12)} ${'overdue'.padStart(12)}`,
    ...rows,
    `${sum('outstanding')} open invoices, ${sum('overdue')} of them overdue.`,
  ].join('\n')
}

function inDollars({ count, amount: { amounts } }: Group) {
  return { count, amount: amounts.find(({ currency }) => currency === 'USD')?.amount ?? '0.00' }
}

const cents = (amount: string) => BigInt(amount.replace('.', ''))
const grouped = (amount: string) => amount.replace(/\B(?=(\d{3})+\.)/g, ',').padStart(12)
