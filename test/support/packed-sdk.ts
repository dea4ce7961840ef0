import { spawn } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve('.')
const longest = 120_000

export interface Packed {
  tarball: string
  files: string[]
}

interface Step {
  /** The step under way, for the person who reads that it failed. */
  what: string
  cwd?: string
  environment?: NodeJS.ProcessEnv
}

/** Runs a program to its end, and answers with what it said; throws all that a person needs to fix it. */
export function run({ what, cwd = root, environment = {} }: Step, program: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // NODE_OPTIONS is for jest, NODE_PATH could lead into the repository, and with NODE_ENV=production npm leaves out
    // what compiles.
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, NODE_OPTIONS: '', NODE_PATH: '', NODE_ENV: undefined, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longest,
    })
    let out = ''
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      said += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.once('error', error => {
      reject(new Error(`${what}: ${program} cannot be started (${error.message}).`))
    })
    child.once('close', (code, signal) => {
      if (code === 0) resolve(out)
      else
        reject(
          new Error(
            `${what}: ${[program, ...args].join(' ')} ended with ${code ?? signal}${adviceFor(said)}\n${said.trim().slice(-4000)}`,
          ),
        )
    })
  })
}

function adviceFor(said: string): string {
  const reason =
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|E40[1347]|E50\d|CERT_\w+|ETARGET)\b/.exec(
      said,
    )?.[1]
  return reason
    ? `: the npm registry did not give a package (${reason}). This test installs the SDK as a stranger would, so it needs the registry that «npm config get registry» names, or a cache that has the packages.`
    : '.'
}

/** The package as it would be published. */
export async function pack(folder: string): Promise<Packed> {
  const told = await run(
    { what: 'Packing the SDK' },
    'npm',
    'pack',
    '--workspace',
    'sdk',
    '--json',
    '--pack-destination',
    folder,
  )
  const [packed] = JSON.parse(told) as { filename: string; files: { path: string }[] }[] // what npm pack --json promises
  if (!packed) throw new Error(`Packing the SDK: npm told of no package: ${told}`)
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path).sort() }
}

/** Versions are those of the lock file, so that a new release of somebody else's changes nothing here. */
async function locked(...names: string[]): Promise<Record<string, string>> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string } | undefined>
  } // npm's lock file, version 3
  return Object.fromEntries(
    names.map(name => {
      const version = packages[`node_modules/${name}`]?.version
      if (!version) throw new Error(`package-lock.json has no ${name}.`)
      return [name, version]
    }),
  )
}

/** An empty project of somebody else, with the package and a compiler installed, and a program that uses it. */
export async function strangersProject(folder: string, { tarball }: Packed): Promise<string> {
  const project = join(folder, 'project')
  await mkdir(project)
  const write = (name: string, content: unknown) =>
    writeFile(join(project, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  await write('package.json', {
    name: 'stranger',
    private: true,
    type: 'module',
    dependencies: { '@clientela/sdk': `file:${tarball}` },
    devDependencies: await locked('typescript', '@types/node'),
    overrides: await locked('graphql', '@graphql-typed-document-node/core', 'undici-types'),
  })
  const strict = {
    strict: true,
    skipLibCheck: false,
    target: 'ES2023',
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    verbatimModuleSyntax: true,
  }
  // A program of Node's, and one for browsers that a bundler puts together.
  await write('tsconfig.node.json', {
    compilerOptions: { ...strict, module: 'NodeNext', lib: ['ES2023'], types: ['node'], outDir: 'built' },
    files: ['tour.ts'],
  })
  await write('tsconfig.bundler.json', {
    compilerOptions: {
      ...strict,
      module: 'ESNext',
      moduleResolution: 'bundler',
      lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
      types: [],
      noEmit: true,
    },
    files: ['tour.ts'],
  })
  await copyFile(join(root, 'test/support/stranger/tour.ts'), join(project, 'tour.ts'))
  await write(
    'main.js',
    `import * as sdk from '@clientela/sdk'
import { tour } from './built/tour.js'
const { URL_OF_API: url, KEY: apiKey, TODAY: today } = process.env
console.log(JSON.stringify({ from: import.meta.resolve('@clientela/sdk'), exports: Object.keys(sdk), ...(await tour({ url, apiKey }, today)) }))
`,
  )
  await run(
    { what: 'Installing the packed SDK in an empty folder', cwd: project },
    'npm',
    'install',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
  )
  return project
}

/** Compiles the stranger's program; what the compiler says is what the person would read. */
export const compile = (project: string, configuration: string) =>
  run(
    { what: `Compiling against the packed SDK (${configuration})`, cwd: project },
    process.execPath,
    join(project, 'node_modules/typescript/bin/tsc'),
    '-p',
    configuration,
  )

export const publint = (tarball: string) =>
  run(
    { what: 'Checking the package with publint' },
    process.execPath,
    join(root, 'node_modules/publint/src/cli.js'),
    'run',
    tarball,
    '--strict',
  )
