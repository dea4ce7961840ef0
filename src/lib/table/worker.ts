import { parentPort, workerData } from 'node:worker_threads'
import { UserError } from '../user-error.js'
import { type Answer, type Job, type WorkerMessage } from './job.js'
import { recognise } from './recognise.js'
import { batchesOf } from './rows.js'

const port = parentPort! // eslint-disable-line @typescript-eslint/no-non-null-assertion -- this file runs as a worker only.
const job = workerData as Job // given by jobAnswers

/** How many batches may be sent before one of them is taken. */
let ahead = 3
let enough = false
let goOn = () => {}
port.on('message', (message: WorkerMessage) => {
  if (message === 'taken') ahead++
  else enough = true
  goOn()
})

async function work(): Promise<void> {
  if (job.task === 'recognise') return answer({ recognised: await recognise(job.path, job.given) })
  for await (const rows of batchesOf(job.path, job.layout)) {
    answer({ rows })
    if (--ahead === 0)
      await new Promise<void>(resolve => {
        goOn = resolve
      })
    if (enough) return
  }
  answer({ ended: true })
}

function answer(answer: Answer): void {
  port.postMessage(answer)
}

try {
  await work()
} catch (error) {
  if (!(error instanceof UserError)) throw error
  answer({ refused: { code: error.code, message: error.message } })
}
port.close()
