import { floorRequest, productRequest, targetOf, type Database } from './database.js'
import { at, load, type Sample, type Target } from './load.js'
import type { Query } from './queries.js'

export interface Effort {
  seconds: number
  rounds: number
}

export type Side = 'product' | 'floor' | 'floorAgain'

/** The samples of each side of each database, one of each round. */
export type Measured = Map<Database, Record<Side, Sample[]>>

const everySide: readonly Side[] = ['product', 'floor', 'floorAgain']
const connectionsOf = ({ connections = 8 }: Query) => connections
let written = 1 // names of written records differ through the whole run

/** Measures all sides of all databases, in another order in each round, so that whatever else happens meets all. */
export async function measure(
  databases: readonly Database[],
  query: Query,
  { seconds, rounds }: Effort,
  { connections = connectionsOf(query), sides = everySide } = {},
): Promise<Measured> {
  const measured: Measured = new Map(
    databases.map(database => [database, { product: [], floor: [], floorAgain: [] }] as const),
  )
  const run = async (database: Database, side: Side, length: number) => {
    const requestOf = side === 'product' ? productRequest : floorRequest
    // The questions of reads repeat, and are written out once.
    const repeated = query.writes ? [] : Array.from({ length: 64 }, (_, ordinal) => requestOf(database, query, ordinal))
    return load(
      targetFor(database, side, query),
      ordinal => repeated[ordinal % 64] ?? requestOf(database, query, written++),
      { connections, seconds: length },
    )
  }
  const pairs = databases.flatMap(database => sides.map(side => [database, side] as const))
  for (const [database, side] of pairs) await run(database, side, Math.min(0.5, seconds)) // warms up
  for (let round = 0; round < rounds; round++) {
    for (const [database, side] of shuffled(pairs))
      measured.get(database)?.[side].push(await run(database, side, seconds))
  }
  return measured
}

function targetFor(database: Database, side: Side, { writes }: Query): Target {
  if (side === 'product') return targetOf(database.product, writes ? database.written : database.main)
  return { url: database[side].url, headers: {} }
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map(value => ({ value, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}

export const median = (values: readonly number[]) =>
  at(
    [...values].sort((a, b) => a - b),
    0.5,
  )

/** The ratio of each round, as samples of one round met the same machine. */
export const ratios = (
  samples: readonly Sample[] = [],
  bases: readonly Sample[] = [],
  of: (sample: Sample) => number = ({ rate }) => rate,
) =>
  samples.flatMap((sample, round) => {
    const base = bases[round]
    return base ? [of(sample) / of(base)] : []
  })

/** The median, and between which values the rounds lie. */
export const spread = (values: readonly number[], digits = 2) =>
  `${median(values).toFixed(digits)} [${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}]`
