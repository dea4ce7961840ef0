import '../features/index.js' // first: records, lists and kinds register themselves in the order of the features
import { backupCommand } from './backup.js'
import { demoCommand } from './demo.js'
import { exportCommand } from './export.js'
import { filesCommand } from './files.js'
import { importCommand } from './import.js'
import { keysCommand } from './keys.js'
import { migrateCommand } from './migrate.js'
import { organizationsCommand } from './organizations.js'
import { ratesCommand } from './rates.js'
import { restoreCommand } from './restore.js'
import { serveCommand } from './serve.js'
import { verifyCommand } from './verify.js'

/** Every command, in the order in which help and the documents list them. */
export const commands = [
  serveCommand,
  migrateCommand,
  demoCommand,
  organizationsCommand,
  keysCommand,
  verifyCommand,
  filesCommand,
  backupCommand,
  restoreCommand,
  exportCommand,
  importCommand,
  ratesCommand,
]
