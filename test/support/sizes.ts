import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const bytesOfSource = 12_000
const bytesOfTest = 20_000
const linesOfFunction = 60
/** The first migration is history: nobody reads it, and nobody changes it. */
const exempt = ['src/database/migrations/1-first.ts']

export interface HandWritten {
  file: string
  text: string
}

/** Every file of src and test that somebody wrote, by its path from the root. */
export function handWritten(): HandWritten[] {
  return ['src', 'test']
    .flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name).replaceAll('\\', '/')),
    )
    .filter(file => file.endsWith('.ts') && !exempt.includes(file))
    .map(file => ({ file, text: readFileSync(file, 'utf8') }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** The files that are too large, and what to do about each. */
export function largeFiles(files: readonly HandWritten[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { file, text } of files) {
    const isTest = file.startsWith('test/') || file.endsWith('.test.ts')
    const [size, limit] = [Buffer.byteLength(text), isTest ? bytesOfTest : bytesOfSource]
    const way = isTest
      ? 'move the tests of one subject to a file named after it, and what both need to test/support'
      : 'move one subject to a file named after it'
    if (size > limit) found.set(file, `${file} has ${size} bytes, and a file at most ${limit}: ${way}`)
  }
  return found
}

/**
 * The functions that are too long, and what to do about each. Decorators and comments above a function do not count.
 */
export function longFunctions(files: readonly HandWritten[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { file, text } of files) {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
    const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line
    const look = (node: ts.Node) => {
      ts.forEachChild(node, look)
      if (!ts.isFunctionLike(node) || !('body' in node) || !node.body || holdsTests(node)) return
      const lines = lineAt(node.end) - lineAt(startOf(node, source)) + 1
      if (lines <= linesOfFunction) return
      const name = `${file}: ${nameOf(node)}`
      found.set(name, `${name} has ${lines} lines, and a function at most ${linesOfFunction}: ${wayOut(node)}`)
    }
    look(source)
  }
  return found
}

function startOf(node: ts.SignatureDeclaration, source: ts.SourceFile): number {
  const modifiers = (ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined) ?? []
  const decorated = ts.canHaveDecorators(node) && ts.getDecorators(node) !== undefined
  return (decorated ? (modifiers[0] ?? node.name ?? node) : node).getStart(source)
}

const calledBy = (node: ts.Node) =>
  ts.isCallExpression(node.parent) && node.parent.arguments.some(argument => argument === node)
    ? node.parent
    : undefined

/** The function of a `describe`, which may hold as many tests as it likes: each of them is a function of its own. */
const holdsTests = (node: ts.Node) => /^describe\b/.test(calledBy(node)?.expression.getText() ?? '')

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText()
  const { parent } = node
  if ((ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) && parent.initializer === node)
    return parent.name.getText()
  if (ts.isPropertyAssignment(parent)) return parent.name.getText()
  const call = calledBy(node)
  const [title] = call?.arguments ?? []
  if (title && ts.isStringLiteralLike(title)) return `«${title.text}»`
  return call ? `what ${call.expression.getText().replaceAll(/\s+/g, ' ').slice(0, 40)} calls` : 'a nameless function'
}

const wayOut = (node: ts.Node) =>
  /^(test|it)\b/.test(calledBy(node)?.expression.getText() ?? '')
    ? 'make it several tests, or give a name to what it arranges'
    : 'give its steps names of their own'
