import type { Reader } from './description.js'
import type { ImportPlan } from './import-plan.js'

/** Counts the rows of a file that have ids of Clientela, and those whose ids are unknown here. */
export class ForeignIds {
  private given = 0
  private unknown = 0

  count(rows: readonly Reader[]) {
    for (const { isKnownById, issues } of rows) {
      if (!isKnownById) continue
      this.given++
      if (issues.some(({ code, field }) => field === 'id' && code.endsWith('_UNKNOWN'))) this.unknown++
    }
  }

  /** Returns the problem of a file whose ids are all unknown here; null where some are known. */
  problem({ storedColumns }: ImportPlan): string | null {
    const column = storedColumns.find(({ field }) => field === 'id')
    if (!column || this.given < 2 || this.unknown < this.given) return null
    const header = column.header || column.letters
    return `All ${this.given} ids in the column ${header} are unknown here: the file was exported by another organisation. To make new records, leave the column out: planImport with columns [{ place: ${column.place}, field: null }], or --map "${header}=".`
  }
}
