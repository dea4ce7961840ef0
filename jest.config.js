import { compile } from './test/run/compile.js'

await compile()

process.env.TEST_DATABASE ??= 'sqlite'
// As prepareThreads() of src/config.ts has it; the workers are started with this environment.
process.env.TOKIO_WORKER_THREADS ??= '8'

const shared = {
  testEnvironment: 'node',
  testRunner: '<rootDir>/test/run/runner.js',
  transform: {},
}

export default {
  // On SQLite workers wait for disks and for programs that they start, so one more than the cores of CI is faster by a
  // tenth. MariaDB needs a core itself: there it is slower.
  maxWorkers: process.env.TEST_DATABASE === 'mariadb' ? 2 : 3,
  // Half a second, as jest has it, is not enough for a worker that closes many files on a busy machine.
  workerGracefulExitTimeout: 10_000,
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.test.ts'] },
    { ...shared, displayName: 'behaviour', testMatch: ['<rootDir>/test/*.test.ts', '<rootDir>/test/slow/*.test.ts'] },
  ],
}
