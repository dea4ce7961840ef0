import { watch as watchFolder } from 'node:fs'
import { join } from 'node:path'
import { root } from './step.js'

const quietFor = 200

/** Does some work now, and again whenever a file below the folders was saved; never twice at once. */
export async function watch(folders: string[], work: () => Promise<unknown>): Promise<never> {
  let saved: () => void = () => undefined
  for (const folder of folders) watchFolder(join(root, folder), { recursive: true }, () => saved())
  for (;;) {
    let isSaved = false
    const next = new Promise<void>(resolve => {
      saved = () => {
        isSaved = true
        resolve()
      }
    })
    await work()
    if (!isSaved) console.log('\nWaiting for a file to be saved; Ctrl-C ends it.')
    await next
    await new Promise(resolve => setTimeout(resolve, quietFor)) // an editor may save several files
  }
}
