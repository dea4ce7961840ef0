import { entities, type EntityMetadata } from '../../model/entity-metadata.js'
import { ActivityEvent } from '../effects/activity-event.js'

/** The one table that a statement writes, where it begins so. */
export const writtenTable = (sql: string): string | undefined =>
  /^(?:INSERT INTO (\w+) \(|UPDATE (\w+) SET |DELETE FROM (\w+) WHERE )/.exec(sql)?.slice(1).find(Boolean)

/** Refuses a statement that writes rows which effects observe: those of records, except the history itself. */
export function refuseObserved(sql: string) {
  const table = writtenTable(sql)
  if (!table) throw new Error('A statement that no effect observes has to begin with the one table that it writes.')
  const record = entities().find(each => each.table === table)
  if (record && record.type !== ActivityEvent)
    throw new Error(`Effects observe ${table}: change it by another verb, or by updateUntold and noteChanged.`)
}

/** Refuses to end a transaction that changed rows of a record and told nobody. */
export function refuseUntold([record]: Iterable<EntityMetadata>) {
  if (record) throw new Error(`Rows of ${record.table} changed: tell which by noteChanged.`)
}
