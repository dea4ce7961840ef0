import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { resolvers } from '../features/index.js'
import { costsText } from './emit-costs.js'
import { schemaOf, schemaText } from '../graphql/schema.js'

const schema = await schemaOf(resolvers)
writeFileSync('schema/schema.graphql', schemaText(schema))
writeFileSync('docs/reference/costs.md', costsText(schema))
