import { restore } from '../backup/restore.js'
import { readConfig } from '../config.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'
import { progressBar } from './progress.js'

export const restoreCommand = command('restore')
  .description(
    'Bring back a backup, whole or not at all, to DATA_DIR and the database of DATABASE_URL. Stop all servers first.',
  )
  .argument('<folder>', 'where clientela backup wrote it')
  .option('--replace', 'put it in place of a database and files that are there, which are lost')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
On MariaDB it needs the program mariadb (or mysql). It is refused while a server uses the database, and where something is there already.
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
