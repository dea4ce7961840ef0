import { readConfig } from '../config.js'
import { openStorage } from '../storage/file-storage.js'
import { checkFiles, inLines, isRight } from '../verify/files.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'
import { progressBar } from './progress.js'
import { withDatabase } from './with-database.js'

export const filesCommand = command('files').description('Look after the files that are stored in DATA_DIR.')

filesCommand
  .command('check')
  .description(
    'Compare all stored files with their records: report missing files, altered ones, and files that no record names.',
  )
  .addOption(jsonOption())
  .option('--delete-orphans', 'delete files that no record names, if they are older than an hour')
  .action(({ json, deleteOrphans }: { json?: boolean; deleteOrphans?: boolean }) =>
    withDatabase(async database => {
      const { dataDir, storage } = readConfig()
      const { blobs } = await openStorage(dataDir, storage)
      const bar = progressBar('files', json)
      const report = await checkFiles(database, blobs, { deleteOrphans, now: new Date(), progress: bar.update })
      bar.stop()
      print(json, report, inLines(report).join('\n'))
      if (!isRight(report)) process.exitCode = 3
    }),
  )
