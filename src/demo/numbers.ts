import type { ClassType } from 'type-graphql'
import { WriteScope, type ScopeSetting } from '../database/scope/write-scope.js'
import type { RecordRow } from '../model/row.js'
import { nextNumber, NumberSeries } from '../features/purchasing/index.js'
import type { Day } from '../lib/calendar.js'
import type { Condition } from '../model/condition.js'
import type { Row } from '../model/field-definition.js'

export interface NumberRequest {
  code: string
  purpose: NumberSeries['purpose']
  /** Seconds since 1970, by which numbers are given; `now` is the same, but for what is planned later today. */
  moment: number
  on: Day
  now: Date
}

/**
 * The numbers of our series. They depend on the dates of all clients, and all clients at once would not fit into
 * memory. So the past is played twice: first to learn who takes a number when, then with the numbers.
 */
export class Numbers {
  private readonly requests: (NumberRequest & { client: number })[] = []
  private readonly given = new Map<number, string[]>()
  private settled = false
  series: NumberSeries[] = []

  constructor(private readonly setting: ScopeSetting) {}

  next(client: number, request: NumberRequest): string {
    if (this.settled) {
      const number = this.given.get(client)?.shift()
      if (number === undefined) throw new Error('A client that is lived again took another number.')
      return number
    }
    this.requests.push({ ...request, client })
    return 'not yet known'
  }

  /** Ends the first time: from here on `next` gives the numbers, in the order of time. */
  async settle() {
    this.requests.sort((a, b) => a.moment - b.moment || a.client - b.client)
    const scope = new SeriesInMemory(this.setting)
    for (const { client, code, purpose, on, now } of this.requests) {
      scope.moment = now
      const number = await nextNumber(scope, code, purpose, on)
      const numbers = this.given.get(client)
      if (numbers) numbers.push(number)
      else this.given.set(client, [number])
    }
    this.series = scope.kept
    this.settled = true
  }
}

/**
 * The part of a scope that nextNumber uses, without a database: three statements for each number would take as long as
 * all the rest.
 */
class SeriesInMemory extends WriteScope {
  readonly kept: NumberSeries[] = []
  moment = new Date()

  constructor(setting: ScopeSetting) {
    super(undefined as never, setting) // no statement is ever sent
  }

  override get now() {
    return this.moment
  }

  override async list<T extends Row>(_type: ClassType<T>, condition?: Condition): Promise<T[]> {
    return this.kept.filter(({ code }) => code === condition?.parameters?.code) as Row[] as T[] // asked for series only
  }

  override async take<T extends RecordRow>(_type: ClassType<T>, id: string): Promise<T> {
    return this.kept.find(series => series.id === id) as RecordRow as T // asked for series only
  }

  override async insertSilently<T extends RecordRow>(row: T): Promise<T> {
    Object.assign(row, { version: 1, createdAt: this.moment, updatedAt: this.moment })
    if (row instanceof NumberSeries) this.kept.push(row)
    return row
  }

  override async updateSilently<T extends RecordRow>(row: T): Promise<T> {
    return Object.assign(row, { version: row.version + 1, updatedAt: this.moment })
  }
}
