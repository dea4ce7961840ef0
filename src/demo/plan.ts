import { at, Random } from './random.js'

/** Who a client is: the letter of its NIF, a person's number, or the country of a foreign one. */
export type Holder =
  'A' | 'B' | 'F' | 'G' | 'J' | 'P' | 'DNI' | 'NIE' | 'US' | 'GB' | 'JP' | 'KW' | 'DE' | 'FR' | 'IT' | 'PT' | 'BE'

// In this order, so that a dozen clients already show every kind of number and every currency.
const holders = `B DNI US A P JP F NIE KW G GB J B A DE B B A FR B DNI B F A B
  B A IT B G B A PT B DNI B F A BE B NIE B P B A DE B B US B`.split(/\s+/) as Holder[] // written above

export interface Counts {
  projects: number
  timeEntries: number
  tasks: number
  orders: number
  sales: number
  purchases: number
  deals: number
}

export interface ClientPlan {
  /** Its place among all clients, from 0. */
  ordinal: number
  holder: Holder
  /** Days before the last one on which it became a client, and on which it was archived. */
  since: number
  archived: number | null
  counts: Counts
  /**
   * The number of documents of each kind that earlier clients have. A document's place among all decides its kind of
   * story.
   */
  first: Counts
  /** With its payments, credit notes and quotes, more or less. */
  documents: number
}

// Shares of all documents. The rest up to 1 are the payments and credit notes that invoices bring about, and the quotes
// that deals do.
const shares: Counts = {
  projects: 0.035,
  timeEntries: 0.32,
  tasks: 0.175,
  orders: 0.085,
  sales: 0.135,
  purchases: 0.035,
  deals: 0.035,
}
const kinds = Object.keys(shares) as (keyof Counts)[] // its own keys

const longest = 1080

/** How many documents each client has: a few have most of them, some have none. */
export function planOf(seed: number, clients: number, documentsPerClient: number): ClientPlan[] {
  const random = new Random(seed, 0)
  const weights = Array.from({ length: clients }, (_, ordinal) =>
    isEmpty(ordinal)
      ? 0
      : Math.exp(1.1 * (random.next() + random.next() + random.next() - 1.5)) * (ordinal % 25 === 3 ? 5 : 1),
  )
  const perWeight = (clients * documentsPerClient) / weights.reduce((sum, weight) => sum + weight, 0)
  let before = 0
  return weights.map((weight, ordinal) => {
    const documents = weight * perWeight
    const first = countsOf(before)
    const after = countsOf((before += documents))
    const counts = Object.fromEntries(kinds.map(kind => [kind, after[kind] - first[kind]])) as unknown as Counts // by its own kinds
    if (counts.timeEntries > 0 && counts.projects === 0) counts.projects = 1 // time is worked on a project
    const since = random.whole(weight > 1 ? 500 : 150, longest)
    const archived = ordinal % 10 === 7 || ordinal % 40 === 21 ? random.whole(10, since - 100) : null
    return { ordinal, holder: at(holders, ordinal), since, archived, counts, first, documents: Math.round(documents) }
  })
}

const isEmpty = (ordinal: number) => ordinal % 12 === 9

const countsOf = (documents: number) =>
  Object.fromEntries(kinds.map(kind => [kind, Math.floor(documents * shares[kind])])) as unknown as Counts // by its own kinds
