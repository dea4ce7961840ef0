import { giveWay } from '../../database/give-way.js'
import { DryRunRows } from '../../database/scope/dry-run-rows.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { UserError } from '../../lib/user-error.js'
import type { AnyDescription, Reader } from './description.js'
import { ForeignIds } from './foreign-ids.js'
import type { ImportPlan } from './import-plan.js'
import { planBatch, wholeDocuments } from './plan-batch.js'

/** Rows that are planned in one transaction. Other writers wait for no more than these. */
const batchSize = 250

/** Runs some work on a plan in a transaction of its own, unless planning has ended meanwhile. */
export type Step = (work: (plan: ImportPlan, scope: WriteScope) => Promise<void>) => Promise<void>

/** Plans rows as they are read, in batches that tear no document apart. */
export class BatchPlanner {
  readonly foreign = new ForeignIds()
  /** About how many rows the file has; null where that is unknown. */
  about: number | null = null
  /** The identities that earlier rows of the file hold, and the records that they would make. */
  private readonly file = new DryRunRows()
  /** Facts about the whole file, which its rows find out. */
  private readonly facts = new Set<string>()
  private readonly waiting: Reader[] = []

  constructor(
    private readonly step: Step,
    private readonly description: AnyDescription,
  ) {}

  /** Plans all but the last document, whose lines may go on. */
  async add(rows: readonly Reader[]) {
    this.waiting.push(...rows.map(row => Object.assign(row, { file: this.facts })))
    await this.planWaiting(wholeDocuments(this.waiting, this.description))
  }

  async end() {
    await this.planWaiting(this.waiting.length)
  }

  private async planWaiting(count: number) {
    for (let left = count; left > 0;) {
      const most = this.waiting.slice(0, batchSize)
      const some = this.waiting.splice(0, left <= batchSize ? left : wholeDocuments(most, this.description) || left)
      left -= some.length
      await this.planSome(some)
    }
  }

  /**
   * Plans rows together. Where the database refuses them, it plans each half by itself, until the refused row is found.
   */
  private async planSome(rows: readonly Reader[], refusal?: UserError): Promise<void> {
    try {
      await this.planTogether(rows, refusal)
    } catch (error) {
      if (!(error instanceof UserError) || refusal) throw error
      const half = wholeDocuments(rows.slice(0, Math.ceil(rows.length / 2) + 1), this.description)
      if (half === 0 || half === rows.length) await this.planSome(rows, error)
      else for (const some of [rows.slice(0, half), rows.slice(half)]) await this.planSome(some)
    }
    await giveWay() // SQLite writes in this thread, and its promises never let another request in by themselves
  }

  private async planTogether(rows: readonly Reader[], refusal: UserError | undefined) {
    let made = this.file
    let compared: readonly Reader[] = []
    await this.step(async (plan, scope) => {
      made = new DryRunRows(this.file) // a transaction may run again
      compared = rows.map(row => row.again(refusal))
      await planBatch(Object.assign(plan, { rowsAbout: this.about }), scope, compared, this.description, made)
    })
    this.file.take(made)
    this.foreign.count(compared)
  }
}
