import { GraphQLError } from 'graphql'
import { DryRunScope } from '../../database/scope/dry-run.js'
import type { DryRunRows } from '../../database/scope/dry-run-rows.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { signFits } from '../../lib/currency-sign.js'
import { isId } from '../../lib/id.js'
import { UserError } from '../../lib/user-error.js'
import type { AnyDescription, Reader } from './description.js'
import type { ImportAction } from './import-row.js'

/** Does in memory what a commit would do with rows, so that the plan reports what the commit would refuse. */
export class RowDryRun {
  private readonly scope: DryRunScope

  constructor(
    scope: WriteScope,
    rows: readonly Reader[],
    private readonly description: AnyDescription,
    file: DryRunRows,
  ) {
    const ids = new Set(rows.flatMap(({ values, record }) => [...Object.values(values), record?.id]))
    this.scope = DryRunScope.of(
      scope,
      file,
      [...ids].filter((id): id is string => typeof id === 'string' && isId(id)),
      description.remembers ?? [],
    )
  }

  /** A commit leaves a row that changes nothing, so no command could refuse it. */
  async row(row: Reader, action: ImportAction) {
    const { description } = this
    if (action === 'ERROR') return
    if (!description.dryRun || action === 'SKIP') return refuseOtherCurrency(row, row.record)
    const warned = this.scope.warnings.length
    try {
      await this.scope.attempt(async () => {
        refuseOtherCurrency(row, await description.dryRun?.(this.scope, row))
      })
    } catch (error) {
      if (error instanceof UserError) this.refuse(row, error)
      else if (error instanceof GraphQLError)
        row.refuse('NOT_POSSIBLE', `A commit would refuse this row: ${error.message}`)
      else throw error
    }
    for (const { code, message, field } of this.scope.warnings.splice(warned))
      row.warn(code, message, this.fieldOf(field))
  }

  /** Keeps the records that the rows would make, for the rows to come. */
  end() {
    this.scope.keepBatch()
  }

  /** Refuses the row of the wrong line; its document is wrong with it. */
  private refuse(row: Reader, { code, message, field }: UserError) {
    const [, at, ofLine] = /^lines\.(\d+)\.(\w+)$/.exec(field ?? '') ?? []
    const line = at === undefined ? undefined : row.lines[Number(at)]
    const text = line ? message.replace(/^Line \d+: ./, text => (text.at(-1) ?? '').toUpperCase()) : message
    ;(line ?? row).refuse(code, text, this.fieldOf(ofLine ?? field))
    if (line && line !== row) row.refuse('LINE_WRONG', `Row ${line.number} of this document is wrong.`)
  }

  private fieldOf(field: string | undefined): string | null {
    const { fields, calledIn = {} } = this.description
    if (field === undefined) return null
    const name = calledIn[field] ?? field
    return [name, name.replace(/Id$/, '')].find(each => fields.some(own => own.name === each)) ?? null
  }
}

/**
 * Refuses an amount whose currency sign or code contradicts the currency of the record. `record` is the existing or the
 * new record of the row.
 */
function refuseOtherCurrency(row: Reader, record: unknown) {
  const { currency } = (record ?? {}) as { currency?: unknown } // of whatever kind it is
  if (typeof currency !== 'string') return
  for (const line of new Set([row, ...row.lines])) {
    for (const [field, sign] of line.signs) {
      if (signFits(sign, currency)) continue
      line.refuse(
        'CURRENCY_DIFFERS',
        `The amount is written with ${sign}, and it is one in ${currency}: give the currency in a column that goes to currency, or fix the amount.`,
        field,
      )
      if (line !== row) row.refuse('LINE_WRONG', `Row ${line.number} of this document is wrong.`)
    }
  }
}
