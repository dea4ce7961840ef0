import type { ReadScope } from '../../database/scope/write-scope.js'
import { figuresKind } from '../../database/effects/change-log.js'
import type { RequestDoor } from '../../request/door.js'
import { changed } from './kept-list.queries.js'

const changes = `record_changes r WHERE r.organization_id = :organization AND r.kind = '${figuresKind}'`

/** The position up to which every change of figures is known to be kept. */
export async function readMark(scope: ReadScope): Promise<number | null> {
  const [row] = await scope.rows<{ position: string | number }>(
    'SELECT position FROM figure_marks WHERE organization_id = :organization',
  )
  return row ? Number(row.position) : null
}

/** The position of the last change of figures. */
export async function readLast(scope: ReadScope): Promise<number> {
  const [row] = await scope.rows<{ position: string | number | null }>(
    `SELECT MAX(r.position) AS position FROM ${changes}`,
  )
  return Number(row?.position ?? 0)
}

/**
 * Moves the mark of the organisation up to the first change that is not kept. That is true for good: kept rows do not
 * go back to an earlier revision, and later commits have later positions. So others may store meanwhile.
 */
export async function moveMark(own: RequestDoor) {
  const { mark, position } = await own.read('clients:read', async scope => {
    const mark = await readMark(scope)
    const [found] = await scope.rows<{ position: string | number }>(
      `SELECT COALESCE((SELECT r.position - 1 ${changed} AND r.position > :mark ORDER BY r.position LIMIT 1), (SELECT MAX(r.position) FROM ${changes}), 0) AS position`,
      { mark: mark ?? 0 },
    )
    return { mark, position: Number(found?.position) }
  })
  if (mark !== null && position <= mark) return
  await own.mutate('clients:read', scope => {
    const { dialect } = scope.setting
    const greater = `${dialect.greatest}(figure_marks.position, ${dialect.excluded('position')})`
    return scope.executeUnobserved(
      `INSERT INTO figure_marks (organization_id, position) VALUES (:organization, :position) ${dialect.onTaken('organization_id')} position = ${greater}`,
      { position },
    )
  })
}
