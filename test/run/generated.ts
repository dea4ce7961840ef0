import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  breakingChanges,
  dangerousChanges,
  entryFor,
  releaseOf,
  undatedDeprecations,
  unnamedChanges,
} from '../support/schema-changes.js'
import { root, runScript, type Outcome, type Output } from './step.js'

const generatedFiles = [
  'schema/schema.graphql',
  'docs/reference/errors.md',
  'docs/reference/costs.md',
  'docs/reference/command-line.md',
  'sdk/src/generated.ts',
]

export async function checkGenerated(output: Output): Promise<Outcome> {
  const before = await Promise.all(generatedFiles.map(readIfThere))
  const outcome = await runScript(output, 'generate')
  if (outcome.failures.length > 0) return outcome
  const after = await Promise.all(generatedFiles.map(readIfThere))
  const stale = generatedFiles.filter((_, index) => after[index] === undefined || after[index] !== before[index])
  if (stale.length === 0) return outcome
  return {
    passed: 0,
    failures: [
      `These files were not as npm run generate makes them: ${stale.join(', ')}. They are now; read the difference and commit it.`,
    ],
  }
}

function readIfThere(path: string): Promise<string | undefined> {
  return readFile(join(root, path), 'utf8').catch(() => undefined)
}

/** The changelog names each change that breaks programs written against the last release. */
export async function checkSchemaChanges(output: Output): Promise<Outcome> {
  const [released, current, changelog] = (await Promise.all(
    ['schema/released.graphql', 'schema/schema.graphql', 'CHANGELOG.md'].map(path =>
      readFile(join(root, path), 'utf8'),
    ),
  )) as [string, string, string] // one for each path
  const release = releaseOf(released)
  const breaking = breakingChanges(released, current)
  const dangerous = dangerousChanges(released, current)
  output(
    `Since ${release}: ${breaking.length} changes that break programs, ${dangerous.length} that they may notice.\n`,
  )
  for (const description of dangerous) output(`  ${description}\n`)
  const unnamed = unnamedChanges(breaking, changelog, release)
  const failures = undatedDeprecations(current)
  if (unnamed.length > 0)
    failures.push(
      `The schema breaks programs written for ${release}. Fix it, or add to «## Unreleased» of CHANGELOG.md, each with what to do instead:\n${unnamed.map(entryFor).join('\n')}`,
    )
  return { passed: failures.length === 0 ? 1 : 0, failures }
}
