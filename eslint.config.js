import { existsSync } from 'node:fs'
import js from '@eslint/js'
import graphql from '@graphql-eslint/eslint-plugin'
import { defineConfig } from 'eslint/config'
import regexp from 'eslint-plugin-regexp'
import ts from 'typescript-eslint'

const schema = 'schema/schema.graphql'
const operations = 'schema/operations/**/*.graphql'
const examples = 'examples/queries/*.graphql'

/**
 * An assertion overrules the compiler and a disabled rule the linter, so each needs its reason beside it. `any` and `!`
 * have rules of their own: they need such an exception, and with it a reason. The formatter may move a comment to the
 * end of the statement, so the reason stands on any line from the assertion to the end of its statement.
 */
const needReason = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      assertion: 'Say in a // comment beside it why «as {{type}}» is right here, or do without it.',
      exception: 'Say why after « -- », as in // eslint-disable-line the-rule -- the reason.',
    },
  },
  create(context) {
    const comments = context.sourceCode.getAllComments()
    const unexplained = comments.filter(({ value }) => /^\s*eslint-disable/.test(value) && !/\s--\s+\S/.test(value))
    const explained = comments
      .filter(comment => comment.type === 'Line' && !unexplained.includes(comment))
      .map(comment => comment.loc.start.line)
    const isExplained = node => {
      const [first, last] = [node.typeAnnotation.loc.start.line, endOfStatement(node)]
      return explained.some(line => line >= first && line <= last)
    }
    return {
      Program() {
        for (const { loc } of unexplained) context.report({ loc, messageId: 'exception' })
      },
      'TSAsExpression, TSTypeAssertion'(node) {
        const type = context.sourceCode.getText(node.typeAnnotation)
        if (type !== 'const' && !isExplained(node)) context.report({ node, messageId: 'assertion', data: { type } })
      },
    }
  },
}

/** The last line of the smallest statement or member that holds a node; of one with a block, the block's first line. */
function endOfStatement(node) {
  let at = node
  while (at.parent && !/(Statement|Declaration|PropertyDefinition|MethodDefinition)$/.test(at.type)) at = at.parent
  const body = at.body ?? at.consequent
  return body?.type === 'BlockStatement' ? body.loc.start.line + 1 : at.loc.end.line
}

export default defineConfig(
  { ignores: ['**/dist', 'data', 'coverage', '**/.cache', 'sdk/src/generated.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.js'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [js.configs.recommended, ts.configs.recommendedTypeChecked],
    plugins: { clientela: { rules: { 'need-reason': needReason } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'clientela/need-reason': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // graphql's own enum Kind is compared with its words, as in `node.kind === 'Field'`.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      // An async function without await still turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      // tsc reports what is unused.
      '@typescript-eslint/no-unused-vars': 'off',
    },
  },
  {
    // A pattern that retraces its steps lets a caller's text hold the server. The rules see repeated characters; a
    // repeated group, as in "(\\.|[^"])*", is for whoever reads the code to see.
    files: ['src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignorePartial: false, ignoreSticky: false }],
      'regexp/no-contradiction-with-assertion': 'error',
      'regexp/no-dupe-characters-character-class': 'error',
      'regexp/no-empty-alternative': 'error',
      'regexp/no-misleading-unicode-character': 'error',
      'regexp/no-useless-assertions': 'error',
    },
  },
  {
    // What comes over HTTP or from a raw query is any until a test has looked at it.
    files: ['test/**/*.ts', 'bench/**/*.ts', '**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // Before the first npm run generate there is no schema to judge anything by.
  existsSync(new URL(schema, import.meta.url))
    ? [
        {
          files: [schema],
          extends: [graphql.configs['flat/schema-relay']],
          rules: {
            // The page itself is `nodes`, a list of no edges; the rows of an import are pages of what has no identity of its own.
            '@graphql-eslint/relay-edge-types': [
              'error',
              { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false },
            ],
            '@graphql-eslint/naming-convention':
              graphql.configs['flat/schema-recommended'].rules['@graphql-eslint/naming-convention'],
            '@graphql-eslint/no-hashtag-description': 'error',
            '@graphql-eslint/require-deprecation-reason': 'error',
            '@graphql-eslint/require-description': [
              'error',
              { types: true, FieldDefinition: true, InputValueDefinition: true, DirectiveDefinition: true },
            ],
          },
        },
        {
          files: [operations, examples],
          extends: [graphql.configs['flat/operations-recommended']],
          rules: {
            // For caches that normalise by id; the SDK has none.
            '@graphql-eslint/require-selections': 'off',
            // The server limits depth, and a connection in a record in a connection is seven deep before its first field.
            '@graphql-eslint/selection-set-depth': 'off',
          },
        },
        {
          files: [schema, operations, examples],
          plugins: { '@graphql-eslint': graphql },
          languageOptions: {
            parser: graphql.parser,
            parserOptions: { graphQLConfig: { schema, documents: [operations, examples] } },
          },
        },
      ]
    : [],
)
