import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FloorSetting } from './floor/server.js'
import { at } from './load.js'

const cli = 'dist/cli.js'

/** A server in a process of its own. */
export interface Server {
  url: string
  /** Resident memory, in MiB; null where /proc does not tell it. */
  memory(): Promise<number | null>
  stop(): Promise<void>
}

function serverOf(child: ChildProcess, url: string): Server {
  const ended = new Promise(done => child.once('exit', done))
  return {
    url,
    async memory() {
      const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8').catch(() => '')
      const found = /VmRSS:\s+(\d+)/.exec(status)
      return found ? Number(found[1]) / 1024 : null
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Runs a command of the built program, and returns what it prints. */
export function runCommand(args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.once('error', reject)
    child.once('exit', code => {
      if (code === 0) resolve(output)
      else reject(new Error(`clientela ${args.join(' ')} ended with ${code}.`))
    })
  })
}

/** The built product, and the time until it was healthy, in milliseconds: the median of some starts. */
export async function startProduct(
  environment: NodeJS.ProcessEnv,
  starts: number,
): Promise<{ product: Server; healthyAfter: number }> {
  const times: number[] = []
  for (;;) {
    const port = 4100 + Math.floor(Math.random() * 2000)
    const begin = performance.now()
    const child = spawnKept([cli, 'serve'], { ...environment, PORT: String(port), HOST: '127.0.0.1' }, 'ignore')
    const product = serverOf(child, `http://127.0.0.1:${port}`)
    await untilHealthy(child, product)
    times.push(performance.now() - begin)
    if (times.length >= starts)
      return {
        product,
        healthyAfter: at(
          times.sort((a, b) => a - b),
          0.5,
        ),
      }
    await product.stop()
  }
}

async function untilHealthy(child: ChildProcess, { url }: Server) {
  for (let attempt = 0; attempt < 3000 && child.exitCode === null; attempt++) {
    if (
      await fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
    await sleep(10)
  }
  child.kill('SIGKILL')
  throw new Error('The server did not become healthy.')
}

export async function startFloorProcess(setting: FloorSetting): Promise<Server> {
  const file = fileURLToPath(new URL('floor/server.ts', import.meta.url))
  const child = spawnKept(['--import', 'tsx', file, JSON.stringify(setting)], process.env, 'pipe')
  if (!child.stdout) throw new Error('The floor has no output.')
  for await (const line of createInterface({ input: child.stdout })) return serverOf(child, line)
  throw new Error('The floor ended at once.')
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Starts a process that ends with this one. */
function spawnKept(args: string[], env: NodeJS.ProcessEnv, stdout: 'ignore' | 'pipe'): ChildProcess {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', stdout, 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}
