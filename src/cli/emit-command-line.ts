import 'reflect-metadata'
import { writeFileSync } from 'node:fs'
import type { Argument, Command, Option } from 'commander'
import { commands } from './commands.js'

const introduction = `# Command line

\`npm run generate\` makes this page from the program. Do not edit it.

Run a command with \`npm run clientela -- <command>\` after a build, or with \`clientela <command>\` once the package is linked.
\`--help\` explains each command. \`--json\` prints JSON for programs instead of text, and every command has it.

Commands read [environment variables](configuration.md). \`import\`, \`export\` and \`rates\` go through the API at \`CLIENTELA_URL\`
with the key in \`CLIENTELA_API_KEY\`. All others use the database itself, and may run beside a server, except \`restore\`.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | refused or failed |
| 2 | wrong use: an option or a command that does not exist |
| 3 | \`verify\` or \`files check\` found differences; \`backup\` found files missing |
| 4 | rows of an import are wrong: nothing was written, or with \`--skip-errors\` the others |
`

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function valueOf({ defaultValue, defaultValueDescription }: Option | Argument): string {
  const value: unknown = defaultValueDescription ?? defaultValue
  const texts = [value].flat().filter(each => typeof each === 'string' || typeof each === 'number')
  return texts.length === 0 ? '' : `\`${texts.join(',')}\``
}

function meaningOf({ description, argChoices }: Option | Argument): string {
  const choices = argChoices ? `: ${argChoices.map(choice => `\`${choice}\``).join(', ')}` : ''
  return cell(`${description}${choices}`)
}

function tableOf(command: Command): string {
  const rows = [
    ...command.registeredArguments.map(argument => [`<${argument.name()}>`, argument] as const),
    ...command.options.filter(({ long }) => long !== '--json').map(option => [option.flags, option] as const),
  ].map(([name, part]) => `| \`${cell(name)}\` | ${meaningOf(part)} | ${valueOf(part)} |`)
  return rows.length === 0 ? '' : `\n| | meaning | default |\n|---|---|---|\n${rows.join('\n')}\n`
}

function sectionOf(command: Command, before = ''): string {
  const name = `${before}${command.name()}`
  if (command.commands.length > 0) return command.commands.map(each => sectionOf(each, `${name} `)).join('')
  return `\n## ${name}\n\n${command.description()}\n${tableOf(command)}`
}

writeFileSync('docs/reference/command-line.md', introduction + commands.map(command => sectionOf(command)).join(''))
