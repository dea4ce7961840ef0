import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * A thread that runs the module `name` beside the caller's, whose address is `caller`. From the sources, be it under
 * tsx or jest, it begins without what lets the main thread read TypeScript.
 */
export function startWorker(name: string, caller: string, options: WorkerOptions): Worker {
  const program = new URL(`./${name}.${caller.endsWith('.ts') ? 'ts' : 'js'}`, caller)
  if (program.pathname.endsWith('.js')) return new Worker(program, options)
  const tsx = new URL(
    './dist/esm/api/index.mjs',
    pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json')),
  )
  return new Worker(`import('${tsx.href}').then(tsx => tsx.tsImport('${program.href}', '${program.href}'))`, {
    ...options,
    eval: true,
  })
}
