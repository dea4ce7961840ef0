import { createHash } from 'node:crypto'
import { StageCategory, QuoteState } from '../deals/index.js'
import { ProjectState } from '../projects/index.js'
import { OrderState } from '../purchasing/index.js'
import type { GroupRow } from './group.queries.js'
import { keptText } from './kept-text.js'
import { keepableParts, turns } from './kept-days.js'
import { listedValues } from './listed.js'
import { ages } from './section.js'
import { blocks, type Block } from './registry.js'

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
  const kept = Object.values(blocks).flatMap(block => {
    const samples = samplesOf(block, baseCurrency)
    return [samples, samples.flatMap(inBase)].flatMap(groups => [
      keptText(block, groups, { ...frame, baseCurrency }),
      listedValues(groups).join(),
    ])
  })
  return [baseCurrency, JSON.stringify(turns), ...keepableParts().map(part => part([''])), ...kept].join('\n')
}

const frame = { clientId: '', asOf: '', isToday: true }

const buckets = [
  '',
  ...Object.keys({ ...ProjectState, ...OrderState, ...StageCategory, ...QuoteState }),
  ...['UNSCHEDULED', 'OVERDUE', 'DUE', 'UPCOMING'],
  ...['PENDING', 'PAID', 'VOIDED', 'CREDIT_NOTE', 'VOIDED_CREDIT_NOTE', 'SUBMITTED', ...ages],
]

/** Groups of all kinds in two currencies, no two of which have the same sums. */
function samplesOf(block: Block, baseCurrency: string): GroupRow[] {
  const rows: GroupRow[] = []
  const currencies = [baseCurrency, baseCurrency === 'EUR' ? 'JPY' : 'EUR']
  for (const { direction } of block.sections)
    for (const name of block.groups)
      for (const bucket of buckets)
        for (const currency of currencies) {
          const [count, amount, base, amount2, base2, amount3, base3, withoutRate, partial] = Array.from(
            { length: 9 },
            (_, place) => BigInt((rows.length + 1) * 1000 + place) ** 2n,
          ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint] // nine of them
          const sums = { count, amount, base, amount2, base2, amount3, base3, withoutRate, partial }
          rows.push({ block: name, clientId: '', direction, bucket, currency, ...sums, firstDay: null })
        }
  return rows
}

/** The same group where its documents are in the base currency. */
const inBase = (row: GroupRow, at: number): GroupRow[] =>
  at % 2 === 0 ? [{ ...row, base: row.amount, base2: row.amount2, base3: row.amount3, withoutRate: 0n }] : []
