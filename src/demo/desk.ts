import type { ClassType } from 'type-graphql'
import type { Access } from '../model/access.js'
import type { ActivityEvent } from '../database/effects/activity-event.js'
import { type ChangeEvent } from '../database/effects/change-event.js'
import { differing, snapshot } from '../database/effects/snapshot.js'
import { eventOf } from '../database/effects/history.js'
import type { RecordRow } from '../model/row.js'
import { addDays, daysBetween, type Day } from '../lib/calendar.js'
import { groupBy } from '../lib/group.js'
import { newId } from '../lib/id.js'
import type { Numbers } from './numbers.js'
import type { Random } from './random.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

const epoch = '1970-01-01'
const secondsADay = 86_400
// 7:00 to 17:00 UTC; until 21:00 UTC it is the same day in Spain, in summer and in winter.
const opens = 7 * 3600
const closes = 17 * 3600
const dayEnds = 21 * 3600

const dayNames = new Map<number, Day>()

function dayOf(number: number): Day {
  const known = dayNames.get(number)
  if (known) return known
  const name = addDays(epoch, number)
  dayNames.set(number, name)
  return name
}

export interface DeskSetting {
  access: Access
  random: Random
  numbers: Numbers
  /** The client whose desk it is, counted from 0. */
  ordinal: number
  /** The moment of the demo: nothing happens after it. */
  now: Date
  today: Day
  /** Whether it writes no history: a run that only finds out who takes a number when. */
  silent: boolean
}

interface Appointment {
  moment: number
  act: () => void
}

/**
 * Plays the past of one client in memory, as a write scope whose clock moves. `in` plans what happens some days on, and
 * `run` plays it in the order of time. Every change writes the event that its command would have written at that
 * moment.
 */
export class Desk {
  now: Date
  /** The day of the moment, and the last one of the demo. */
  today: Day
  readonly lastDay: Day
  readonly random: Random
  readonly events: ActivityEvent[] = []
  private readonly rows: Row[] = []
  private readonly blanks = new Map<object, object>()
  /** The latest first. */
  private readonly agenda: Appointment[] = []
  private moment = 0
  private numbered = 0
  private readonly lastNumber: number

  constructor(private readonly setting: DeskSetting) {
    this.random = setting.random
    this.lastDay = setting.today
    this.lastNumber = daysBetween(epoch, setting.today)
    this.now = setting.now
    this.today = setting.today
  }

  get baseCurrency() {
    return this.setting.access.organization.baseCurrency
  }

  get ordinal() {
    return this.setting.ordinal
  }

  /** Who writes on this desk. */
  get author() {
    const { type, id, name } = this.setting.access.actor
    return { authorType: type, authorId: id, authorName: name }
  }

  /** Days from the desk's day to the last day of the demo. */
  get daysLeft(): number {
    return this.lastNumber - this.number
  }

  /** Does something on a day so many days before the last one. */
  before(days: number, act: () => void) {
    this.plan((this.lastNumber - days) * secondsADay + this.random.whole(opens, closes), act)
  }

  /** Does something so many days on; in 0 days, later the same day. */
  in(days: number, act: () => void) {
    if (days > 0) return this.plan((this.number + days) * secondsADay + this.random.whole(opens, closes), act)
    const second = this.moment % secondsADay
    return this.plan(this.moment + Math.min(this.random.whole(60, 1800), Math.max(1, dayEnds - second)), act)
  }

  /**
   * The next Monday instead of a Saturday or Sunday, counted in days before the last one, unless that is later than
   * `least`.
   */
  workday(days: number, least: number): number {
    const weekday = (this.lastNumber - days + 3) % 7 // 1970-01-01 was a Thursday; Monday is 0
    const monday = weekday > 4 ? days - (7 - weekday) : days
    return monday >= least ? monday : days
  }

  run() {
    for (let next = this.agenda.pop(); next; next = this.agenda.pop()) {
      this.moment = next.moment
      this.today = dayOf(this.number)
      this.now = new Date(Math.min(next.moment * 1000, this.setting.now.getTime()))
      next.act()
    }
  }

  /** A day so many days from the desk's. */
  day(days: number): Day {
    return dayOf(this.number + days)
  }

  /** Days of something that happened before it was typed: never before `earliest`. */
  earlier(days: number, ...earliest: (Day | null)[]): Day {
    return [this.day(-days), ...earliest.filter(day => day !== null)].sort().at(-1) ?? this.today
  }

  make<T extends Row>(type: ClassType<T>, values: Partial<T>): T {
    const id = this.setting.silent ? String(++this.numbered) : newId(metadataOf(type).prefix, this.now)
    return Object.assign(new type(), this.blankOf(type), values, {
      id,
      organizationId: this.setting.access.organization.id,
    })
  }

  add<T extends RecordRow>(row: T, event: Partial<ChangeEvent> = {}): T {
    Object.assign(row, { version: 1, createdAt: this.now, updatedAt: this.now })
    this.rows.push(row)
    if (!this.setting.silent)
      this.events.push(
        eventOf(this.setting.access, this.now, row, null, snapshot(row), { verb: 'CREATED', on: this.today, ...event }),
      )
    return row
  }

  /** The records of one kind that there are by now. */
  made<T extends Row>(type: ClassType<T>): T[] {
    return this.rows.filter((row): row is T => row instanceof type)
  }

  /** Rows without an event of their own, such as lines. */
  addParts(rows: readonly Row[]) {
    this.rows.push(...rows)
  }

  change(row: RecordRow, act: () => void, event: Partial<ChangeEvent> = {}) {
    if (this.setting.silent) return act()
    const before = snapshot(row)
    act()
    const after = snapshot(row)
    if (differing(before, after).length === 0) return
    Object.assign(row, { version: row.version + 1, updatedAt: this.now })
    this.events.push(
      eventOf(this.setting.access, this.now, row, before, after, { verb: 'CHANGED', on: this.today, ...event }),
    )
  }

  /** The next number of one of our series. */
  nextNumber(code: string, purpose: Parameters<Numbers['next']>[1]['purpose']): string {
    return this.setting.numbers.next(this.ordinal, {
      code,
      purpose,
      moment: this.moment,
      on: this.today,
      now: this.now,
    })
  }

  /** The rows by kind, each kind behind those it refers to. */
  inOrder(order: readonly ClassType<Row>[]): Row[] {
    const byType = groupBy(this.rows, row => row.constructor)
    return order.flatMap(type => byType.get(type) ?? [])
  }

  private get number() {
    return Math.floor(this.moment / secondsADay)
  }

  private plan(moment: number, act: () => void) {
    if (moment >= (this.lastNumber + 1) * secondsADay) return
    let place = this.agenda.length
    while (place > 0 && (this.agenda[place - 1]?.moment ?? 0) <= moment) place--
    this.agenda.splice(place, 0, { moment, act })
  }

  private blankOf(type: ClassType<Row>): object {
    const known = this.blanks.get(type)
    if (known) return known
    const blank = Object.fromEntries(
      metadataOf(type)
        .fields.filter(field => field.nullable)
        .map(field => [field.name, null]),
    )
    this.blanks.set(type, blank)
    return blank
  }
}
