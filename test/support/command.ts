import { spawn } from 'node:child_process'
import type { World } from './world.js'

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs the command-line program on the world's database, as a person would beside the server. */
export const clientela = (world: World, ...args: string[]): Promise<Ended> => clientelaWith({}, world, ...args)

/** The same with variables of its environment, such as those that lead to the API. */
export function clientelaWith(environment: Record<string, string>, world: World, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/clientela.ts', ...args], {
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
