import { giveWay } from '../../database/give-way.js'
import { DuplicateReason, type LikelyDuplicate } from './duplicate.js'

const points: Record<DuplicateReason, number> = { TAX_ID: 70, NAME: 60, PHONE: 35, EMAIL_DOMAIN: 25, POSTAL_CODE: 15 }
const reasons = Object.keys(DuplicateReason) as DuplicateReason[] // its own keys
const bitOf = (reason: DuplicateReason) => 1 << reasons.indexOf(reason)
const reasonsOf = (bits: number) => reasons.filter(reason => (bits & bitOf(reason)) !== 0)
/** The score of every choice of reasons. */
const scores = Array.from({ length: 1 << reasons.length }, (_, bits) =>
  reasonsOf(bits).reduce((sum, reason) => sum + points[reason], 0),
)
const scoreOf = (bits: number) => scores[bits] ?? 0

/** The number of pairs compared before others have their turn. */
const slice = 5_000

/** A client with a key that few others share. */
export interface Member {
  reason: Exclude<DuplicateReason, 'POSTAL_CODE'>
  key: string
  id: string
  postalCode: string | null
  archived: boolean
}

export interface Wanted {
  minimumScore: number
  /** How many pairs at the most, the likeliest first. */
  first: number
  /** Only pairs of these clients with others. */
  of?: ReadonlySet<string>
  /** Pairs that somebody dismissed: by the id that comes first, the other ids. */
  dismissed: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * The pairs of clients that share keys, the likeliest first. Clients are numbered by their ids, so that a pair is a
 * number, too.
 */
export async function likeliest(
  members: readonly Member[],
  { minimumScore, first, of, dismissed }: Wanted,
): Promise<LikelyDuplicate[]> {
  const ids = [...new Set(members.map(({ id }) => id))].sort()
  const numbers = new Map(ids.map((id, number) => [id, number]))
  const pairs = await bitsOfPairs(members, numbers, of)
  const found: LikelyDuplicate[] = []
  for (const [score, same] of byScore(pairs, minimumScore)) {
    for (const pair of Float64Array.from(same).sort()) {
      const [one = '', other = ''] = [ids[Math.floor(pair / ids.length)], ids[pair % ids.length]]
      if (dismissed.get(one)?.has(other)) continue
      if (found.length >= first) return found
      found.push({
        clientId: one,
        otherId: other,
        score: Math.min(100, score),
        reasons: reasonsOf(pairs.get(pair) ?? 0),
      })
    }
  }
  return found
}

/** The keys that each pair shares, as bits, by the number of the pair. */
async function bitsOfPairs(
  members: readonly Member[],
  numbers: ReadonlyMap<string, number>,
  of?: ReadonlySet<string>,
): Promise<Map<number, number>> {
  const pairs = new Map<number, number>()
  let compared = 0
  for (const group of groupsOf(members)) {
    for (const [at, member] of group.entries()) {
      for (const next of group.slice(at + 1)) {
        if (++compared % slice === 0) await giveWay()
        if (member.archived && next.archived) continue
        if (of && !of.has(member.id) && !of.has(next.id)) continue
        const [one = 0, other = 0] = [numbers.get(member.id), numbers.get(next.id)]
        const pair = Math.min(one, other) * numbers.size + Math.max(one, other)
        const near = member.postalCode !== null && member.postalCode === next.postalCode
        pairs.set(pair, (pairs.get(pair) ?? (near ? bitOf('POSTAL_CODE') : 0)) | bitOf(member.reason))
      }
    }
  }
  return pairs
}

function groupsOf(members: readonly Member[]): Iterable<Member[]> {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const key = `${member.reason} ${member.key}`
    const group = groups.get(key)
    if (group) group.push(member)
    else groups.set(key, [member])
  }
  return groups.values()
}

/** The pairs of each score from `minimumScore` on, the likeliest first; there are few scores. */
function byScore(pairs: ReadonlyMap<number, number>, minimumScore: number): [score: number, pairs: number[]][] {
  const found = new Map<number, number[]>()
  for (const [pair, bits] of pairs) {
    const score = scoreOf(bits)
    if (score < minimumScore) continue
    const same = found.get(score)
    if (same) same.push(pair)
    else found.set(score, [pair])
  }
  return [...found].sort(([one], [other]) => other - one)
}
