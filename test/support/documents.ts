import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql'
import ts from 'typescript'

const filesOf = (folder: string, extension: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(extension))
    .map(name => readFileSync(join(folder, name), 'utf8'))

/** Every text in a source that could be a document, as long as nothing is put into it at run time. */
function textsOf(source: string): string[] {
  const found: string[] = []
  const look = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node) && /[{]/.test(node.text)) found.push(node.text)
    ts.forEachChild(node, look)
  }
  look(ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2022))
  return found
}

function parsed(text: string): DocumentNode | undefined {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** Every valid document of the repository: the operations of the SDK, the examples, and what the tests ask. */
export function documentsOf(schema: GraphQLSchema): DocumentNode[] {
  const texts = new Set([
    filesOf('schema/operations', '.graphql').join('\n'), // they share fragments
    ...filesOf('examples/queries', '.graphql'),
    ...filesOf('test', '.ts').flatMap(textsOf),
  ])
  return [...texts].flatMap(text => {
    const document = parsed(text)
    return document && validate(schema, document).length === 0 ? [document] : []
  })
}
