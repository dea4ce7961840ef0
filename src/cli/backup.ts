import { backUp } from '../backup/backup.js'
import { readConfig } from '../config.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'
import { progressBar } from './progress.js'
import { version } from './version.js'

export const backupCommand = command('backup')
  .description(
    'Write a backup of the database and of all files that it names to an empty folder, while servers run and write.',
  )
  .argument('<folder>', 'an empty folder, or one that does not exist yet')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
All that was acknowledged before the backup began is in it. On MariaDB it needs the program mariadb-dump (or mysqldump). Only this user can read it.
Exit codes: 0 done, 1 refused or failed (nothing of it stays), 3 done, but files were missing from the storage already.`,
  )
  .action(async (folder: string, { json }: { json?: boolean }) => {
    const bar = progressBar('Files', json)
    const report = await backUp(readConfig(), folder, version, bar.update).finally(bar.stop)
    const { files, database, missing } = report
    print(
      json,
      report,
      [
        ...missing.map(key => `missing   ${key}: the database names it, and nothing is stored under it`),
        `The database (${database.kind}, ${database.size} bytes) and ${files.count} files (${files.bytes} bytes) are in ${folder}.`,
      ].join('\n'),
    )
    if (missing.length > 0) process.exitCode = 3
  })
