import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorSentences } from './error-sentences.js'

/** The text before the table, with the codes that GraphQL errors carry: these are few and fixed. */
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

const texts = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('demo'))
  .map(name => readFileSync(join('src', name), 'utf8'))
const rows = [...errorSentences(texts)]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([code, sentences]) =>
      `| ${code} | ${[...sentences].sort().join('<br>').replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
  )
writeFileSync('docs/reference/errors.md', `${introduction}${rows.join('\n')}\n`)
