const esm = '--experimental-vm-modules'
if (![process.env.NODE_OPTIONS ?? '', ...process.execArgv].some(options => options.includes(esm)))
  throw new Error(`Run the tests with npm test, or with NODE_OPTIONS=${esm} npx jest.`)

process.env.TEST_DATABASE ??= 'sqlite'
// As prepareThreads() of src/config.ts has it; tests see a copy of the environment, which libsql does not read.
process.env.TOKIO_WORKER_THREADS ??= '8'

const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@clientela/sdk$': '<rootDir>/sdk/src/index.ts',
    // Not of what is JSON with .js behind it, as libphonenumber-js has it: jest would take the JSON beside.
    '^(\\.{1,2}/.*)(?<!\\.json)\\.js$': '$1',
  },
  // tsc checks the types.
  transform: { '\\.ts$': ['ts-jest', { useESM: true, diagnostics: false }] },
}

export default {
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/src/**/*.test.ts'] },
    { ...shared, displayName: 'behaviour', testMatch: ['<rootDir>/test/*.test.ts'] },
  ],
}
