import { createHash } from 'node:crypto'
import type { GroupRow } from './group.queries.js'
import { keptText } from './kept-text.js'
import { keepableSources, turns } from './kept-days.js'
import { blocks, listedFigures, type Block } from './registry.js'
import { Groups } from './section.js'
import type { MoneyPlace } from './source.js'

/** A number for the meaning of kept figures. */
export function shapeOf(baseCurrency: string): number {
  const known = shapes.get(baseCurrency)
  if (known !== undefined) return known
  const shape = createHash('sha256').update(meaningOf(baseCurrency)).digest().readUInt32BE() >>> 1
  shapes.set(baseCurrency, shape)
  return shape
}
const shapes = new Map<string, number>()

/** All SQL that works figures out, the currency that amounts are converted to, and what is kept of given groups. */
export function meaningOf(baseCurrency: string): string {
  const today = { ...frame, baseCurrency }
  const kept = Object.values(blocks).flatMap(block => {
    const samples = samplesOf(block, baseCurrency)
    return [samples.map(({ row }) => row), samples.flatMap(inBase)].flatMap(groups => [
      keptText(block, groups, today),
      listedFigures()
        .map(({ of }) => of(new Groups(today, groups)))
        .join(),
    ])
  })
  const sql = keepableSources().flatMap(source => [source.sql(['']), source.sql(null)])
  return [baseCurrency, JSON.stringify([...turns()]), ...sql, ...kept].join('\n')
}

const frame = { clientId: '', asOf: '', isToday: true }

interface Sample {
  row: GroupRow
  /** Where it has sums of money. */
  money: readonly MoneyPlace[]
}

/** Groups of all kinds in two currencies, no two of which have the same sums. */
function samplesOf({ sections, sourcesToday }: Block, baseCurrency: string): Sample[] {
  const samples: Sample[] = []
  const currencies = [baseCurrency, baseCurrency === 'EUR' ? 'JPY' : 'EUR']
  for (const { direction } of sections)
    for (const { name, buckets = [''], sums } of sourcesToday)
      for (const bucket of buckets)
        for (const currency of currencies) {
          const places = Object.values(sums)
          const money = places.filter((place): place is MoneyPlace => 'base' in place)
          const value = (place: number) => BigInt((samples.length + 1) * 1000 + place) ** 2n
          const row = {
            ...{ source: name, clientId: '', direction, bucket, currency, firstDay: null },
            ...{ count: value(0), withoutRate: value(1) },
            sums: Array.from({ length: places.length + money.length }, (_, at) => value(at + 2)),
          }
          samples.push({ row, money })
        }
  return samples
}

/** The same group where its documents are in the base currency. */
function inBase({ row, money }: Sample, at: number): GroupRow[] {
  if (at % 2 > 0) return []
  const sums = row.sums.slice()
  for (const place of money) sums[place.base] = sums[place.at] ?? 0n
  return [{ ...row, sums, withoutRate: 0n }]
}
