import {
  BreakingChangeType,
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  Kind,
  parse,
  visit,
  type ASTNode,
} from 'graphql'
import { isDay } from '../../src/lib/calendar.js'

// Says whether a new schema breaks programs written against the last release, and whether the changelog names each
// breaking change.

export interface SchemaChange {
  /** What changed, such as `Client.email`, `Query.clients(filter:)` or `InvoiceState.PAID`. */
  coordinate: string
  description: string
}

const firstLine = /^# The schema of release (\S+?)\.(?: |$)/

/** The schema of a release, as it is kept for comparison. */
export const releasedText = (version: string, schema: string) =>
  `# The schema of release ${version}. Written by npm run release:schema; npm test compares the schema with it.\n\n${schema}`

export function releaseOf(released: string): string {
  const version = firstLine.exec(released)?.[1]
  if (!version)
    throw new Error(
      'schema/released.graphql does not begin with the release that it is of; npm run release:schema writes it.',
    )
  return version
}

/** Only the description of graphql-js says what changed. */
const coordinates: Record<BreakingChangeType, [pattern: RegExp, coordinate: string]> = {
  TYPE_REMOVED: [/^(?:Standard scalar )?(\w+) was removed.*$/, '$1'],
  TYPE_CHANGED_KIND: [/^(\w+) changed from .*$/, '$1'],
  TYPE_REMOVED_FROM_UNION: [/^\w+ was removed from union type (\w+)\.$/, '$1'],
  VALUE_REMOVED_FROM_ENUM: [/^(\w+) was removed from enum type (\w+)\.$/, '$2.$1'],
  REQUIRED_INPUT_FIELD_ADDED: [/^A required field (\w+) on input type (\w+) was added\.$/, '$2.$1'],
  IMPLEMENTED_INTERFACE_REMOVED: [/^(\w+) no longer implements .*$/, '$1'],
  FIELD_REMOVED: [/^(\w+\.\w+) was removed\.$/, '$1'],
  FIELD_CHANGED_KIND: [/^(\w+\.\w+) changed type .*$/, '$1'],
  REQUIRED_ARG_ADDED: [/^A required arg (\w+) on (\w+\.\w+) was added\.$/, '$2($1:)'],
  ARG_REMOVED: [/^(\w+\.\w+) arg (\w+) was removed\.$/, '$1($2:)'],
  ARG_CHANGED_KIND: [/^(\w+\.\w+) arg (\w+) has changed type .*$/, '$1($2:)'],
  DIRECTIVE_REMOVED: [/^(\w+) was removed\.$/, '@$1'],
  DIRECTIVE_ARG_REMOVED: [/^(\w+) was removed from (\w+)\.$/, '@$2($1:)'],
  REQUIRED_DIRECTIVE_ARG_ADDED: [/^A required arg (\w+) on directive (\w+) was added\.$/, '@$2($1:)'],
  DIRECTIVE_REPEATABLE_REMOVED: [/^Repeatable flag was removed from (\w+)\.$/, '@$1'],
  DIRECTIVE_LOCATION_REMOVED: [/^\w+ was removed from (\w+)\.$/, '@$1'],
}

export function breakingChanges(released: string, current: string): SchemaChange[] {
  const changes = findBreakingChanges(buildSchema(released), buildSchema(current)).map(({ type, description }) => {
    const [pattern, coordinate] = coordinates[type]
    if (!pattern.test(description))
      throw new Error(`Say in test/support/schema-changes.ts what changed where graphql-js says «${description}».`)
    return { coordinate: description.replace(pattern, coordinate), description }
  })
  return changes.sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1))
}

/** A change that a program may notice, though it goes on working. */
export const dangerousChanges = (released: string, current: string): string[] =>
  findDangerousChanges(buildSchema(released), buildSchema(current)).map(({ description }) => description)

/** The line of the changelog that names a change; what to do instead is for a person to add. */
export const entryFor = ({ coordinate, description }: SchemaChange) => `- Breaking: \`${coordinate}\`. ${description}`

/**
 * The breaking changes that the changelog does not name, in backticks, above the release that the schema is compared
 * with.
 */
export function unnamedChanges(changes: readonly SchemaChange[], changelog: string, release: string): SchemaChange[] {
  const [news, ...rest] = changelog.split(new RegExp(`^## ${release.replaceAll('.', '\\.')}(?: .*)?$`, 'm'))
  if (news === undefined || rest.length === 0)
    throw new Error(`CHANGELOG.md has no section «## ${release}», the release that schema/released.graphql is of.`)
  return changes.filter(({ coordinate }) => !news.includes(`\`${coordinate}\``))
}

/** A deprecation must say what to use instead, and until when: «Use x. until 2027-01-31». */
export function undatedDeprecations(schema: string): string[] {
  const found: string[] = []
  visit(parse(schema), {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== 'deprecated') return
      const reason = node.arguments?.find(({ name }) => name.value === 'reason')?.value
      const text = reason?.kind === Kind.STRING ? reason.value : ''
      const [, why, until] = /^(.*\S)\s+until (\d{4}-\d{2}-\d{2})\b/s.exec(text) ?? []
      const at = ancestors.flatMap(ancestor => nameOf(ancestor) ?? []).join('.')
      if (!why || !until || !isDay(until))
        found.push(
          `${at} is deprecated with the reason «${text}»: say what to do instead and until when it stays, as in «Use other. It stays until 2027-01-31.»`,
        )
    },
  })
  return found
}

function nameOf(ancestor: ASTNode | readonly ASTNode[]): string | undefined {
  return 'name' in ancestor && ancestor.name?.kind === Kind.NAME ? ancestor.name.value : undefined
}
