import type { Command } from 'commander'
import { readConfig } from '../config.js'
import { progressBar } from './progress.js'
import { backUp } from '../backup/backup.js'
import { restore } from '../backup/restore.js'

type Print = (json: boolean | undefined, value: unknown, text: string) => void

/** `clientela backup` and `clientela restore`. */
export function addBackupCommands(program: Command, version: string, print: Print) {
  program
    .command('backup')
    .description(
      'Write a backup of the database and of all files that it names to an empty folder, while servers run and write.',
    )
    .argument('<folder>', 'an empty folder, or one that does not exist yet')
    .option('--json', 'print JSON for programs instead of text')
    .addHelpText(
      'after',
      `
What was acknowledged before it began is in it. On MariaDB it needs the program mariadb-dump (or mysqldump). Only this user can read it.
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
  program
    .command('restore')
    .description(
      'Bring back a backup, whole or not at all, to DATA_DIR and the database of DATABASE_URL. Stop all servers first.',
    )
    .argument('<folder>', 'where clientela backup wrote it')
    .option('--replace', 'put it in place of a database and files that are there, which are lost')
    .option('--json', 'print JSON for programs instead of text')
    .addHelpText(
      'after',
      `
On MariaDB it needs the program mariadb (or mysql). Refused while a server uses the database, and where something is there already.
Exit codes: 0 done, 1 refused or failed: all is as it was, or else the error says where what was replaced is kept (replaced.sql in DATA_DIR).`,
    )
    .action(async (folder: string, { json, replace = false }: { json?: boolean; replace?: boolean }) => {
      const bar = progressBar('Files', json)
      const manifest = await restore(readConfig(), folder, { replace, progress: bar.update }).finally(bar.stop)
      const unchecked = manifest.files.list
        ? ''
        : ' An older version made this backup, without the digests of its files: run "clientela files check".'
      const next = readConfig().url ? ' Run "clientela migrate" before a server of a newer version.' : ''
      print(
        json,
        manifest,
        `The database and ${manifest.files.count} files of ${manifest.madeAt} are restored. Pull feeds whole again.${unchecked}${next}`,
      )
    })
}
