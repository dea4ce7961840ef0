import { readdirSync, readFileSync } from 'node:fs'
import { parse, validate } from 'graphql'
import { schema } from './support/walk.js'

const pages = ['README.md', ...readdirSync('docs').filter(name => name.endsWith('.md')).map(name => `docs/${name}`)]
const blocks = pages.flatMap(page => readFileSync(page, 'utf8').split('```graphql\n').slice(1).map((rest, at) => ({ name: `${page} ${at + 1}`, text: rest.slice(0, rest.indexOf('```')) })))

test.each(blocks)('the GraphQL of $name is one operation that the schema takes as it is pasted', ({ text }) => {
  const document = parse(text)
  expect(validate(schema, document).map(({ message }) => message)).toEqual([])
  expect(document.definitions.filter(({ kind }) => kind === 'OperationDefinition')).toHaveLength(1)
})
