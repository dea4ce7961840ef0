import { InvalidArgumentError, Option } from 'commander'
import type { ImportKind, TableDelimiter, TableEncoding } from '@clientela/sdk'
import { readConfig } from '../config.js'
import * as imports from '../features/imports/index.js'
import { command, inApi, jsonOption, spelled, toCount } from './command.js'
import { importFile, type ImportOptions } from './import-file.js'
import { reportText } from './import-report.js'
import { print } from './output.js'
import { progressBar } from './progress.js'

type Given = Omit<ImportOptions, 'kind' | 'encoding' | 'delimiter'> & {
  json?: boolean
  kind: string
  encoding?: string
  delimiter?: string
}

export const importCommand = command('import')
  .description(
    'Import a spreadsheet (CSV, XLSX) through the API at CLIENTELA_URL with CLIENTELA_API_KEY: plan it, show the plan, write it.',
  )
  .argument('<file>', 'the spreadsheet')
  .addOption(jsonOption())
  .addOption(
    new Option('-k, --kind <kind>', 'what its rows are').choices(spelled(imports.ImportKind)).default('client'),
  )
  .option('-n, --dry-run', 'only plan; write nothing')
  .option('--skip-errors', 'write the rows without error, where others have some')
  .option('--errors <file>', 'where to write the rows that are wrong, to correct and import again')
  .option(
    '--map <column=field…>',
    'where the column of this header, or these letters, goes; once for each; nothing behind the sign leaves it out',
    toMapping,
    {},
  )
  .option('--mapping <name>', 'a mapping kept under this name; --map goes before it')
  .option('--empty-text <text>', 'a text that counts as a blank cell, such as NULL')
  .option('--clear-blanks', 'blank cells clear the values of existing records')
  .addOption(
    new Option('--encoding <name>', 'of a CSV file, if not as recognised').choices(spelled(imports.TableEncoding)),
  )
  .addOption(
    new Option('--delimiter <name>', 'of a CSV file, if not as recognised').choices(spelled(imports.Delimiter)),
  )
  .option('--sheet <name>', 'of a workbook, if not the first visible one whose headers are known')
  .option('--header-row <number>', 'the row of the headers, if not as recognised', toCount)
  .action(async (file: string, { json, kind, encoding, delimiter, ...given }: Given) => {
    const options = {
      ...given,
      kind: inApi(kind) as ImportKind, // one of the option's choices
      encoding: encoding === undefined ? undefined : (inApi(encoding) as TableEncoding), // one of the option's choices
      delimiter: delimiter === undefined ? undefined : (inApi(delimiter) as TableDelimiter), // one of the option's choices
    }
    const bar = progressBar('Planning', json)
    const report = await importFile(readConfig().api, file, options, bar).finally(bar.stop)
    const { totals, rows, problem, notImported = [] } = report
    print(json, { totals, rows, problem, ...(notImported.length > 0 ? { notImported } : {}) }, reportText(report))
    if (totals.error > 0) process.exitCode = 4
  })

function toMapping(text: string, map: Record<string, string>): Record<string, string> {
  const [, column, field] = /^(.+)=(\w*)$/.exec(text) ?? []
  if (column === undefined || field === undefined)
    throw new InvalidArgumentError('Write it as column=field, such as "Razón social=legalName".')
  return { ...map, [column]: field }
}
