import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A condition that must hold under stress. Its figures are printed whether it holds or not. */
export interface Fault {
  name: string
  /** Throws where it does not hold. It writes into the folder, which is removed afterwards. */
  run(folder: string, seed: number): Promise<string>
}

export interface Outcome {
  passed: number
  failed: number
}

export async function runFaults(faults: Fault[], seed: number): Promise<Outcome> {
  const outcome = { passed: 0, failed: 0 }
  for (const fault of faults) {
    const folder = mkdtempSync(join(tmpdir(), 'clientela-fault-'))
    const start = performance.now()
    try {
      const figures = await fault.run(folder, seed)
      outcome.passed++
      console.log(`✓ ${fault.name}: ${figures}`)
    } catch (error) {
      outcome.failed++
      console.log(
        `✗ ${fault.name} (${((performance.now() - start) / 1000).toFixed(1)} s): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return outcome
}

/** Both sides are told where it does not hold. */
export function hold(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem)
}

export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`
export const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
