import 'reflect-metadata'
import './src/features/index.js'
import { readConfig } from './src/config.js'
import { dialectOf, serverSource, sqliteSource } from './src/database/data-source.js'

const config = readConfig()

/** The DataSource for TypeORM's own command line: `npm run typeorm -- migration:show`. */
export default dialectOf(config) === 'sqlite' ? sqliteSource(config) : serverSource(config)
