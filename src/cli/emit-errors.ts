import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** What stands before the table: the codes that GraphQL errors carry, which are few and fixed. */
const introduction = `# Errors

\`npm run generate\` makes this page from the source. Do not edit it.

## Top-level errors
\`errors[].extensions.code\` is for programs. The HTTP status is 200 once an operation runs. It is 503 where the
operation brings nothing but SERVICE_UNAVAILABLE.

| code | meaning | what to do |
|---|---|---|
| UNAUTHENTICATED | there is no key, or the key is unknown, expired or revoked (status 401) | send a valid key |
| FORBIDDEN | the key lacks a permission that the operation, a filter, an order or a saved view needs; \`missing\` and \`fields\` name them; nothing ran (status 403) | ask for less, or use a key that may |
| NOT_FOUND | the organisation has no record of this id | check the id |
| BAD_USER_INPUT | a malformed document, value, cursor or id, or more than the limits allow (status 400 where nothing ran); \`reason\` carries a code of the table below where there is one | fix the request |
| BAD_USER_INPUT, \`reason\` OPERATION_TOO_LONG | the operation took longer than the server allows (\`seconds\`; \`OPERATION_SECONDS\` of the server); changes that it made stand | ask for fewer fields, or narrow what it looks through |
| CONFLICT | somebody changed the record meanwhile; the error has both versions as \`version\` and \`yours\` | read it again and repeat the change |
| SERVICE_UNAVAILABLE | the database is busy or cannot do what was asked, or the server stops (status 503, unless other parts of the answer are there); \`retryable\` says that the same request may succeed later | try again in a moment where it is \`retryable\` |
| SERVICE_UNAVAILABLE, \`reason\` DATABASE_AWAY | the database does not answer, or gives no connection | try again in a moment |
| SERVICE_UNAVAILABLE, \`reason\` DATABASE_READ_ONLY | the database takes no changes now; reading goes on | try again later |
| SERVICE_UNAVAILABLE, \`reason\` STORAGE_FULL | there is no room left to store anything; nothing was changed, and reading goes on | the operator makes room |
| SERVICE_UNAVAILABLE, \`reason\` STORAGE_UNAVAILABLE | the server cannot store files now | try again later |
| SERVICE_UNAVAILABLE, \`reason\` OUTCOME_UNKNOWN | the database was lost while it stored the change; not \`retryable\` | read the record before you send the change again |
| INTERNAL_SERVER_ERROR | a fault of the server; \`id\` is in the log as well | report the id |

## User errors and warnings
A mutation reports in \`userErrors { code message field }\` what a person can fix. It reports in \`warnings\` what is unusual
about a change that it made. The code is stable; the sentence may change. \`field\` names the field of the input, with the row of
a list: \`lines.2.quantity\`. A change of state that cannot begin in the record's state has the code \`<RECORD>_<STATE>\`, such as
INVOICE_DRAFT or TASK_DONE.

| code | what it says |
|---|---|
`

const upper = /^[A-Z][A-Z0-9_]+$/

/** Every code with the sentences it comes with, … where a value stands. */
function codesIn(folder: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts') || name.startsWith('demo')) continue
    const visit = (node: ts.Node) => {
      const [code, message] = pairIn(node)
      const text = code && textOf(code)
      if (text && upper.test(text))
        found.set(text, (found.get(text) ?? new Set()).add(message ? sentences(message).join(' / ') : ''))
      ts.forEachChild(node, visit)
    }
    visit(ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.ES2023, true))
  }
  return found
}

/** `new UserError(code, message)`, `….warn(code, message)`, `refuse(code, message)` or `{ code, message }`. */
function pairIn(node: ts.Node): [code?: ts.Node, message?: ts.Node] {
  if (ts.isNewExpression(node) && node.expression.getText() === 'UserError')
    return [node.arguments?.[0], node.arguments?.[1]]
  if (ts.isCallExpression(node) && /(^|\.)(warn|refuse)$/.test(node.expression.getText()))
    return [node.arguments[0], node.arguments[1]]
  if (!ts.isObjectLiteralExpression(node)) return []
  const value = (name: string) =>
    node.properties.find(property => property.name?.getText() === name && ts.isPropertyAssignment(property))
  const [code, message] = ['code', 'message'].map(name => {
    const property = value(name)
    return property && ts.isPropertyAssignment(property) ? property.initializer : undefined
  })
  return message ? [code, message] : []
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
  return undefined
}

/** Either sentence of a choice; none of what is worked out elsewhere. */
function sentences(node: ts.Node): string[] {
  if (ts.isConditionalExpression(node)) return [...sentences(node.whenTrue), ...sentences(node.whenFalse)]
  const text = textOf(node)
  return text === undefined ? [] : [text.replaceAll('|', '\\|')]
}

const rows = [...codesIn('src')]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([code, texts]) =>
      `| ${code} | ${[...texts]
        .filter(text => text !== '')
        .sort()
        .join('<br>')} |`,
  )
writeFileSync('docs/reference/errors.md', `${introduction}${rows.join('\n')}\n`)
