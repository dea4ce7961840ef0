import type { ObjectLiteral } from 'typeorm'
import type { ClassType } from 'type-graphql'
import type { RecordRow } from '../../model/row.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { groupBy } from '../../lib/group.js'
import { Deal } from '../deals/index.js'
import { Payment } from '../invoicing/index.js'
import { Project, TimeEntry } from '../projects/index.js'
import { Task } from '../tasks/index.js'
import type { ErasableKind } from './erasure.js'
import type { Person } from './erasure.person.js'
import { metadataOf } from '../../model/entity-metadata.js'

type Written = RecordRow & ObjectLiteral

const places: { kind: ErasableKind; type: ClassType<Written>; field: string }[] = [
  { kind: 'Project', type: Project, field: 'name' },
  { kind: 'Task', type: Task, field: 'title' },
  { kind: 'TimeEntry', type: TimeEntry, field: 'note' },
  { kind: 'Deal', type: Deal, field: 'title' },
  { kind: 'Payment', type: Payment, field: 'reference' },
]

/** A record of the client that names the person, and its texts without the name. */
export interface Writing {
  kind: ErasableKind
  row: Written
  erased: Record<string, string>
}

/** The records of the client, documents left out, whose texts name the person. */
export async function writingsAbout(scope: ReadScope, { clientId, identity }: Person): Promise<Writing[]> {
  const found: Writing[] = []
  for (const { kind, type, field } of places) {
    const longest = metadataOf(type).fields.find(({ name }) => name === field)?.max
    const condition = { sql: `t.clientId = :clientId AND t.${field} IS NOT NULL`, parameters: { clientId } }
    for (const row of await scope.list(type, condition)) {
      const text = String(row[field])
      const erased = identity.erasedAsWords(text, longest)
      if (erased !== text) found.push({ kind, row, erased: { [field]: erased } })
    }
  }
  return found
}

export const countsOf = (writings: readonly Writing[]): [ErasableKind, number][] =>
  [...groupBy(writings, ({ kind }) => kind)].map(([kind, { length }]) => [kind, length])
