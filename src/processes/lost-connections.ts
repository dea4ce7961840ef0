import type { Worker } from 'node:cluster'

/** What node:cluster sends to a worker, and what it hears back. */
interface Internal {
  act?: string
  /** The number of a message. */
  seq?: number
  /** The number of the message that this one answers. */
  ack?: number
}

type Send = (message: Internal, handle?: { close?: () => void }, ...rest: unknown[]) => boolean

/**
 * Closes the connections that were on their way to a worker when it ended. The primary accepts connections and gives
 * them to the workers in turn, but node:cluster forgets those of a worker that was killed: their callers would wait for
 * ever. So they are told at once, and try again.
 */
export function closeLostConnections(worker: Worker) {
  const onTheirWay = new Map<number, { close?: () => void }>()
  const send = worker.process.send.bind(worker.process) as Send // as node:cluster calls it
  const watched: Send = (message, handle, ...rest) => {
    if (message.act === 'newconn' && message.seq !== undefined && handle) onTheirWay.set(message.seq, handle)
    return send(message, handle, ...rest)
  }
  worker.process.send = watched as never // the same, with fewer ways to call it
  worker.process.on('internalMessage' as never, ({ ack }: Internal) => {
    if (ack !== undefined) onTheirWay.delete(ack)
  }) // an event that the types leave out
  worker.once('exit', () => {
    for (const handle of onTheirWay.values()) handle.close?.()
  })
}
