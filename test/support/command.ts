import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { World } from './world.js'

/** The command-line program, compiled as it is in production. */
export const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url))

/** A world, or a folder that no server of ours has opened; and another program, such as the built one. */
export type Place = Pick<World, 'location'> & { program?: string }

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the command-line program on the world's database, as a person would beside the server. */
export const clientela = (world: Place, ...args: string[]): Promise<Ended> => clientelaWith({}, world, ...args)

/** The same with variables of its environment, such as those that lead to the API. */
export function clientelaWith(environment: Record<string, string>, world: Place, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [world.program ?? program, ...args], {
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
    })
    const ended: Ended = { code: null, stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => {
      ended.stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      ended.stderr += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', code => {
      resolve({ ...ended, code })
    })
  })
}
