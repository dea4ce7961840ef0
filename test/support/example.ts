import { existsSync, readdirSync, readFileSync } from 'node:fs'
import {
  Kind,
  parse,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { type Furniture } from './furnish.js'
import { kindOf, versionOf } from './mutation-inputs.js'
import type { World } from './world.js'

const folder = 'examples/queries'

export interface ExampleFile {
  name: string
  text: string
  /** The JSON file beside it: all variables except ids and versions. */
  variables: Record<string, unknown>
}

/** The examples that the guides and GraphiQL show. */
export const exampleFiles: ExampleFile[] = readdirSync(folder)
  .filter(file => file.endsWith('.graphql'))
  .map(file => {
    const name = file.replace(/\.graphql$/, '')
    const beside = `${folder}/${name}.json`
    return {
      name,
      text: readFileSync(`${folder}/${file}`, 'utf8'),
      variables: existsSync(beside) ? (JSON.parse(readFileSync(beside, 'utf8')) as Record<string, unknown>) : {}, // variables are an object
    }
  })

/** A fenced block of a page. */
export interface Fence {
  language: string
  text: string
  /** The text between it and the block before it. */
  above: string
  /** The last GraphQL above it on the page. */
  operation: string
}

export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = []
  let [end, operation] = [0, '']
  for (const { index, 0: whole, 1: language = '', 2: text = '' } of page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)) {
    fences.push({ language, text, above: page.slice(end, index), operation })
    end = index + whole.length
    if (language === 'graphql') operation = text
  }
  return fences
}

/** A document without its comments and its white space: what is left says whether two texts are one operation. */
export const compact = (text: string) => stripIgnoredCharacters(text)

export const operationsOf = (document: DocumentNode) =>
  document.definitions.filter((each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION)

/**
 * Where an answer has other fields than an operation asks for. A list may be shorter than the real one, and what is
 * null has no fields.
 */
export function differencesOf(
  { selectionSet }: { selectionSet?: SelectionSetNode },
  answer: unknown,
  path = 'data',
): string[] {
  if (Array.isArray(answer)) return answer.flatMap(each => differencesOf({ selectionSet }, each, path))
  if (answer === null) return []
  const fields = (selectionSet?.selections ?? []).filter(each => each.kind === Kind.FIELD)
  const asked = new Map(fields.map(field => [(field.alias ?? field.name).value, field]))
  const given = Object.entries(typeof answer === 'object' ? answer : {})
  return [
    ...[...asked.keys()].filter(name => !given.some(([key]) => key === name)).map(name => `${path}.${name} is missing`),
    ...given.flatMap(([name, value]) => {
      const field = asked.get(name)
      return field ? differencesOf(field, value, `${path}.${name}`) : [`${path}.${name} is not asked for`]
    }),
  ]
}

/** The id of a record for each variable that is one: of the kind that the field, argument or input field names. */
export function idsFor(document: DocumentNode, ours: Furniture): Record<string, string | undefined> {
  const ids: Record<string, string | undefined> = {}
  const look = (field: string, name: string, value: ValueNode) => {
    if (value.kind === Kind.VARIABLE && /^id$|(?<!external|tax)Id$/.test(name))
      ids[value.name.value] = idFor(field, name, ours)
    if (value.kind === Kind.OBJECT) for (const each of value.fields) look(field, each.name.value, each.value)
  }
  visit(document, {
    Field({ name, arguments: given = [] }) {
      for (const each of given) look(name.value, each.name.value, each.value)
    },
  })
  return ids
}

function idFor(field: string, argument: string, ours: Furniture): string | undefined {
  if (argument === 'loserId') return ours.archived // a client cannot be merged into itself
  const read = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
  return ours.byType[argument === 'id' && read in ours.byType ? read : kindOf(field, argument)]
}

/** The ids and versions that the variables of an example stand for, of what the organisation was furnished with. */
export async function recordsFor(
  world: World,
  { text }: ExampleFile,
  ours: Furniture,
): Promise<Record<string, unknown>> {
  const document = parse(text)
  const ids = idsFor(document, ours)
  const names = operationsOf(document)[0]?.variableDefinitions?.map(({ variable }) => variable.name.value) ?? []
  const versioned = ids.id ?? ids.personId
  return { ...ids, ...(names.includes('version') && versioned ? { version: await versionOf(world, versioned) } : {}) }
}
