import { readFileSync, writeFileSync } from 'node:fs'
import { releasedText } from './schema-changes.js'

// npm run release:schema: from now on the schema is compared with that of this release.

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string } // npm's own file
const changelog = readFileSync('CHANGELOG.md', 'utf8')
if (!changelog.split('\n').includes(`## ${version}`)) {
  console.error(
    `CHANGELOG.md has no section «## ${version}»: raise the version in package.json and sdk/package.json, give «## Unreleased» its name, then run this again.`,
  )
  process.exit(1)
}
writeFileSync('schema/released.graphql', releasedText(version, readFileSync('schema/schema.graphql', 'utf8')))
console.log(`schema/released.graphql is the schema of ${version} now; commit it with the release.`)
