import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { program, type Place } from './command.js'

/** A server in a process of its own, beside the world's, on the same database. */
export class Serving {
  readonly exited: Promise<number | null>

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    this.exited = once(child, 'exit').then(([code]) => code as number | null) // as the event has it
  }

  /** `largestFile` is in blocks of the shell: 512 bytes at least, 1,024 at most. */
  static async start(
    world: Place,
    { largestFile, ...environment }: { largestFile?: number; [variable: string]: string | number | undefined } = {},
  ): Promise<Serving> {
    const limit = largestFile === undefined ? '' : `ulimit -f ${largestFile}; `
    const child = spawn(
      '/bin/sh',
      ['-c', `${limit}exec "$0" "$1" serve --json`, process.execPath, world.program ?? program],
      {
        env: {
          ...process.env,
          NODE_OPTIONS: '',
          DATA_DIR: world.location.dataDir,
          DATABASE_URL: world.location.url ?? '',
          LOG_LEVEL: 'silent',
          PORT: '0',
          HOST: '127.0.0.1',
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    let problem = ''
    child.stderr.on('data', (text: Buffer) => {
      problem += text.toString()
    })
    const closed = once(child, 'close').then(([code]) => {
      throw new Error(`The server ended with ${code}: ${problem}`)
    })
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), closed])) as [string] // as the event has it
    closed.catch(() => undefined) // it ends later
    const { url, error } = JSON.parse(line) as { url?: string; error?: { message: string } } // as it is printed
    if (!url) throw new Error(error?.message ?? line)
    return new Serving(child, url.replace('localhost', '127.0.0.1'))
  }

  /** The processes that it started, the oldest first. */
  get workers(): number[] {
    const { pid } = this.child
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  }

  /** Returns at once. */
  terminate() {
    this.child.kill('SIGTERM')
  }

  async stop() {
    if (this.child.exitCode === null) this.child.kill('SIGKILL')
    await this.exited
  }
}
