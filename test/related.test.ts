import { execFileSync } from 'node:child_process'

const concerned = [
  ['src/features/clients/client.import.ts', 'test/import-plan-knows.test.ts'],
  ['src/features/invoicing/invoice.commands.ts', 'test/invoicing.test.ts'],
  ['src/database/scope/dry-run.ts', 'test/dry-run.test.ts'],
  ['CHANGELOG.md', 'test/documents.test.ts'],
  ['docs/guides/imports.md', 'test/readme.test.ts'],
] as const
const others = [
  ['src/features/invoicing/invoice.commands.ts', 'test/import-command.test.ts'],
  ['src/features/invoicing/invoice.inputs.ts', 'test/bad-input.test.ts'],
  ['CHANGELOG.md', 'test/readme.test.ts'],
] as const

/** By a changed file, the tests that `npm run check` runs, or names for lack of time. */
let related: Record<string, string[]>
beforeAll(() => {
  const paths = [...concerned, ...others].map(([path]) => path)
  // In a process of its own, since it looks for tests beside its source: what runs here was compiled elsewhere.
  const program = `
    import { relatedTests } from './test/run/related.ts'
    const wanted = ({ behaviour, leftOut }) => [...behaviour, ...leftOut]
    console.log(JSON.stringify(Object.fromEntries(${JSON.stringify(paths)}.map(path => [path, wanted(relatedTests([path]))]))))`
  const answer = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  related = JSON.parse(answer) as Record<string, string[]> // as the program prints it
})

test.each(concerned)('a change of %s concerns %s', (path, file) => {
  expect(related[path]).toContain(file)
})

test.each(others)('a change of %s does not concern %s', (path, file) => {
  expect(related[path]).not.toContain(file)
})
