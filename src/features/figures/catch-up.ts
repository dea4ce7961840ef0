import { giveWay } from '../../database/give-way.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import type { RequestDoor } from '../../request/door.js'
import { batchesOf } from '../../lib/batches.js'
import { Client } from '../clients/index.js'
import { keep } from './keep-figures.js'
import { changed, outdatedClients } from './kept-list.queries.js'
import { moveMark, readLast, readMark } from './marks.js'
import { holdsToday } from './kept.queries.js'

/** How many clients are looked up at once. */
const size = 500

interface Changed {
  id: string
  position: string | number
}

/** Keeps the figures of all clients of the organisation as they are today. */
export async function bringUpToDate(own: RequestDoor, signal?: AbortSignal, progress?: (done: number) => void) {
  let done = 0
  for await (const clients of clientsBehind(own)) {
    const last = await own.read('clients:read', readLast)
    const gone = await keep(own, clients)
    if (gone.length > 0) await forget(own, gone, last)
    done += clients.length
    progress?.(done)
    await giveWay()
    if (signal?.aborted) return
  }
  await moveMark(own)
}

/** The same, with the number of clients for whoever waits. */
export async function keepAll(own: RequestDoor, progress: (done: number, total: number) => void) {
  const total = await own.read('clients:read', scope => scope.count(Client))
  await bringUpToDate(own, undefined, done => {
    progress(done, total)
  })
}

/** The clients whose kept figures do not hold, each once unless it changes meanwhile. */
async function* clientsBehind(own: RequestDoor): AsyncGenerator<string[]> {
  const mark = (await own.read('clients:read', readMark)) ?? 0
  const start: Changed = { id: '~', position: mark } // behind each id at the mark
  const read = ({ id, position }: Changed) =>
    own.read('clients:read', scope =>
      scope.rows<Changed>(
        `SELECT r.record_id AS id, r.position AS position ${changed} AND r.position >= :position AND (r.position > :position OR r.record_id > :id) ORDER BY r.position, r.record_id LIMIT ${size}`,
        { id, position: Number(position) },
      ),
    )
  for await (const rows of batchesOf(start, size, read, row => row)) yield rows.map(({ id }) => id)
  for (;;) {
    const rows = await own.read('clients:read', readOutdated)
    if (rows.length > 0) yield rows.map(({ id }) => id)
    if (rows.length < size) return
  }
}

const readOutdated = (scope: ReadScope) =>
  scope.rows<{ id: string }>(
    `SELECT outdated.id FROM (${outdatedClients}) outdated LIMIT ${size}`,
    holdsToday(scope.organization, scope.today),
  )

/** Removes rows of clients that are gone; one that came back after the change `last` may have a row again. */
const forget = (own: RequestDoor, clients: readonly string[], last: number) =>
  own.mutate('clients:read', scope =>
    scope.executeUnobserved(
      'DELETE FROM client_figures WHERE organization_id = :organization AND client_id IN (:...clients) AND position <= :last',
      { clients, last },
    ),
  )
