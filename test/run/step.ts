import { spawn, type ChildProcess } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { explain } from '../support/private-mariadb.js'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Longer than any honest step, so that one that hangs is a failure and not a wait for ever. */
const stepLimit = 20 * 60_000

export interface Outcome {
  passed: number
  failures: string[]
}

export interface Step {
  name: string
  /** Throws, or tells what failed; `output` takes what a person may read meanwhile. */
  work: (output: Output) => Promise<Outcome>
}

export type Output = (text: string) => void

interface Ended {
  code: number | string
  /** The end of what the program printed on stderr. */
  stderr: string
}

const running = new Set<ChildProcess>()

/** Runs steps, and tells at the end how each of them ended and how long it took. */
export class Steps {
  private readonly outcomes: Outcome[] = []
  private readonly summary: string[] = []

  async run(step: Step) {
    title(step.name)
    this.conclude(await this.time(step, text => process.stdout.write(text)))
  }

  /** Runs steps beside each other; each prints when it has ended. */
  async runTogether(...steps: Step[]) {
    await Promise.all(
      steps.map(async step => {
        let printed = ''
        const line = await this.time(step, text => {
          printed += text
        })
        title(step.name)
        process.stdout.write(printed)
        this.conclude(line)
      }),
    )
  }

  /** Prints the summary and returns the exit code. */
  end(): number {
    const total: Outcome = {
      passed: this.outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
      failures: this.outcomes.flatMap(outcome => outcome.failures),
    }
    if (total.passed + total.failures.length === 0) {
      total.failures.push('no test')
      this.summary.push('✗ No test has such a name.')
    }
    title('Summary')
    console.log(`${this.summary.join('\n')}\n${count(total)}`)
    return total.failures.length === 0 ? 0 : 1
  }

  private async time({ name, work }: Step, output: Output): Promise<string> {
    const start = performance.now()
    const outcome = await work(output).catch((error: unknown): Outcome => ({ passed: 0, failures: [explain(error)] }))
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    const line = `${outcome.failures.length === 0 ? '✓' : '✗'} ${name}: ${count(outcome)}, ${seconds} s`
    this.outcomes.push(outcome)
    this.summary.push(line, ...outcome.failures.map(failure => `    ${failure.replaceAll('\n', '\n    ')}`))
    return line
  }

  private conclude(line: string) {
    console.log(line)
  }
}

function title(name: string) {
  console.log(`\n━━ ${name} ${'━'.repeat(Math.max(0, 70 - name.length))}`)
}

function count({ passed, failures }: Outcome): string {
  return `${passed} passed, ${failures.length} failed`
}

/** Runs a program at the root of the repository, with a priority as `nice` has it. */
export function runProgram(
  output: Output,
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
  priority = 0,
): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: stepLimit,
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}), ...environment },
    })
    if (child.pid !== undefined) setPriority(child.pid, priority)
    running.add(child)
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', output)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-100_000)
      output(text)
      // Jest waits for ever then.
      if (text.includes('Jest did not exit one second after')) child.kill('SIGKILL')
    })
    child.once('error', fail)
    child.once('close', (code, signal) => {
      running.delete(child)
      done({ code: code ?? signal ?? 'no exit code', stderr })
    })
  })
}

/** Ends what still runs, when this program is told to end. */
export function stopPrograms() {
  for (const child of running) child.kill('SIGTERM')
}

/** A step that is a script of package.json. */
export async function runScript(output: Output, script: string, ...args: string[]): Promise<Outcome> {
  const { code } = await runProgram(output, 'npm', [
    'run',
    '--silent',
    script,
    ...(args.length > 0 ? ['--', ...args] : []),
  ])
  return code === 0 ? { passed: 1, failures: [] } : { passed: 0, failures: [`npm run ${script} ended with ${code}.`] }
}
