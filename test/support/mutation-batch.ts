import { readFileSync } from 'node:fs'
import { buildSchema, getNamedType } from 'graphql'
import type { Json, Tenant } from './world.js'

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'))
const longest = 20

/** Mutations of one kind, sent in one request, in order. Answers with the records; null where the API refused. */
export async function inBatch(
  us: Tenant,
  mutation: string,
  inputs: readonly object[],
  fields: string,
  refused: Map<string, number>,
): Promise<Json[]> {
  if (inputs.length > longest) {
    const first = await inBatch(us, mutation, inputs.slice(0, longest), fields, refused)
    return [...first, ...(await inBatch(us, mutation, inputs.slice(longest), fields, refused))]
  }
  if (inputs.length === 0) return []
  const field = schema.getMutationType()?.getFields()[mutation]
  const inputType = field?.args[0]?.type
  if (!field || !inputType) throw new Error(`There is no mutation ${mutation}.`)
  const record = getNamedType(field.type)
    .name.replace(/^./, letter => letter.toLowerCase())
    .replace(/Payload$/, '')
  const variables = inputs.map((_, at) => `$i${at}: ${String(inputType)}`).join(', ')
  const calls = inputs.map(
    (_, at) => `m${at}: ${mutation}(input: $i${at}) { record: ${record} { ${fields} } userErrors { code message } }`,
  )
  const data = await us.get(
    `mutation(${variables}) { ${calls.join(' ')} }`,
    Object.fromEntries(inputs.map((input, at) => [`i${at}`, input])),
  )
  return inputs.map((_, at) => {
    const { record: made, userErrors } = data[`m${at}`]
    for (const { code } of userErrors) refused.set(`${mutation} ${code}`, (refused.get(`${mutation} ${code}`) ?? 0) + 1)
    return made
  })
}
