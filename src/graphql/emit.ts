import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import { resolvers } from '../features/index.js'
import { schemaOf, schemaText } from './schema.js'

writeFileSync('schema/schema.graphql', schemaText(await schemaOf(resolvers)))
