import { dayInZone, plus, startOfDay, zones, type Day, type Zone } from './oracle-day.js'
import { decimalsIn, spelled } from './oracle-money.js'
import type { Random } from './random.js'

/** Days at which clocks or years change. */
const awkwardDays = [
  '2025-12-31',
  '2026-01-01',
  '2026-03-29',
  '2025-10-26',
  '2026-03-08',
  '2025-11-02',
  '2026-02-28',
  '2024-02-29',
  '2025-03-30',
  '2024-11-03',
  '2025-07-15',
] as const
const moments = ['first millisecond', 'last millisecond', 'noon', 'after the hour is skipped or repeated'] as const

/** Where and when a random organisation lives: it types its records at a few instants, at days that lie before them. */
export class Setting {
  readonly zone: Zone
  readonly baseCurrency: string
  /** The instants at which it types, in order. */
  readonly instants: Date[]
  /** Days on which much happens, so that events fall together. */
  readonly busyDays: Day[]
  readonly firstDay: Day
  today: Day

  constructor(
    private readonly random: Random,
    readonly keepsRates = false,
  ) {
    this.zone = random.pick(zones)
    this.baseCurrency = random.pick(['EUR', 'EUR', 'EUR', 'EUR', 'JPY', 'KWD', 'USD'])
    const last = random.pick(awkwardDays)
    const days = [plus(last, -random.integer(1, 60)), plus(last, -random.integer(0, 1)), last].sort()
    this.instants = days.map(day => this.instantIn(day)).sort((a, b) => a.getTime() - b.getTime())
    this.firstDay = plus(last, -random.integer(95, 200))
    const typedOn = this.instants.map(instant => dayInZone(this.zone, instant))
    this.busyDays = [...typedOn, ...[1, 2, 3, 4, 5].map(() => plus(this.firstDay, random.integer(0, 95)))].sort()
    this.today = typedOn[0] ?? last
  }

  private instantIn(day: Day): Date {
    const start = startOfDay(this.zone, day).getTime()
    switch (this.random.pick(moments)) {
      case 'first millisecond':
        return new Date(start)
      case 'last millisecond':
        return new Date(startOfDay(this.zone, plus(day, 1)).getTime() - 1)
      case 'noon':
        return new Date(start + 12 * 3_600_000)
      case 'after the hour is skipped or repeated':
        return new Date(start + 3 * 3_600_000)
    }
  }

  /** A day of the past, or nothing, which means today; now and then one that is refused for lying in the future. */
  day(from: Day = this.firstDay): Day | undefined {
    const { random, today } = this
    if (random.chance(0.02)) return plus(today, 1)
    if (random.chance(0.08)) return undefined
    const busy = this.busyDays.filter(day => day >= from && day <= today)
    if (busy.length > 0 && random.chance(0.6)) return random.pick(busy)
    const begin = from < this.firstDay ? this.firstDay : from
    const days = [begin, today].sort()
    return plus(days[0] ?? today, random.integer(0, Math.max(0, (Date.parse(today) - Date.parse(begin)) / 86_400_000)))
  }

  /** Often at a border between two groups on the last day or on a busy one. */
  dueOn(from: Day = this.firstDay): Day | null {
    const { random } = this
    if (random.chance(0.15)) return null
    const around = random.chance(0.5) ? this.today : random.pick(this.busyDays)
    const dueOn = plus(around, -random.pick([-9, -8, -7, -1, 0, 0, 1, 2, 30, 31, 60, 61, 90, 91, 120]))
    return dueOn < from && random.chance(0.8) ? from : dueOn
  }

  currency(): string {
    if (this.keepsRates) return this.random.pick([this.baseCurrency, 'USD', 'USD', 'USD', 'JPY'])
    return this.random.pick([this.baseCurrency, this.baseCurrency, this.baseCurrency, 'EUR', 'USD', 'JPY', 'KWD'])
  }

  /** Nothing in the base currency, and nothing where it is not known or the one kept is to be taken. */
  rate(currency: string): string | undefined {
    if (currency === this.baseCurrency || this.random.chance(this.keepsRates ? 0.6 : 0.25)) return undefined
    return this.anyRate()
  }

  anyRate = () =>
    this.random.pick(['1.1', '0.9123456789', '0.0061', '0.5', '3.0050000001', '150.25', '1', '0.3333333333'])

  /** A rate to keep, often of a day that just serves a busy one, or just does not. */
  keptRate(): object {
    const { random, today } = this
    const others = ['USD', 'USD', 'JPY', 'KWD'].filter(currency => currency !== this.baseCurrency)
    const day = plus(random.pick(this.busyDays.filter(busy => busy <= today)), -random.pick([0, 1, 3, 7, 7, 8, 8, 8]))
    return { currency: random.pick(others), day, rate: this.anyRate() }
  }

  lines(): object[] {
    const { random } = this
    const rate = random.pick(['21', '10', '4', '0', '5.2', null])
    return Array.from({ length: random.integer(1, 3) }, (_, at) => ({
      description: `Line ${at + 1}`,
      quantity: random.pick(['1', '1', '3', '0.5', '2.25', '0.3333']),
      unitPrice: random.pick(['0', '0.35', '10', '99.99', '1234.5', '0.005', '33.333333', '7', '100', '250']),
      discount: random.pick([null, null, null, '10', '33.3333', '100']),
      taxRate: random.chance(0.7) ? rate : random.pick(['21', '10', null]),
    }))
  }

  /** A part of an amount, all of it, or more than it. */
  partOf(minor: bigint, currency: string): string {
    const { random } = this
    const unit = 10n ** BigInt(decimalsIn(currency))
    const parts = [
      minor,
      minor,
      minor / 2n,
      minor / 3n,
      1n,
      minor - 1n,
      minor + 1n,
      minor + 50n * unit,
      random.chance(0.3) ? 0n : minor,
    ]
    const part = random.pick(parts)
    return spelled(part < 0n ? 0n : part, currency)
  }

  /** Days to ask for: today, days at and beside events, and one before everything. */
  asked(count: number): Day[] {
    const { random, today } = this
    const beside = this.busyDays.flatMap(day => [plus(day, -1), day, plus(day, 1)]).filter(day => day < today)
    const past = random.shuffled([...new Set(beside)]).slice(0, count - 3)
    const any = plus(this.firstDay, random.integer(0, 90))
    const days = [today, plus(this.firstDay, -1), any, ...past]
    while (days.length < count) days.push(plus(today, -days.length))
    return days
  }
}
