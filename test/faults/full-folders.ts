import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hold, seconds, type Fault } from './fault.js'
import { onDatabase, type Server } from './server.js'

const room = 4 * 2 ** 20
const limits = { answer: 5000 }

/** A file system of its own, of 4 MB, where mounting is permitted. */
export async function withSmallDisk(path: string, work: () => Promise<string>): Promise<string> {
  mkdirSync(path, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${room}`, 'tmpfs', path], { stdio: 'ignore' })
  } catch {
    return 'NOT RUN: nobody may mount a file system here'
  }
  try {
    return await work()
  } finally {
    execFileSync('umount', ['--lazy', path])
  }
}

/** Returns the files that remain in a folder and below it. */
export const filesIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(each => each.isFile())
    .map(({ name }) => name)

interface Answer {
  status: number
  text: string
  took: number
}

async function upload(server: Server, clientId: string, sizes: readonly number[]): Promise<Answer> {
  const query =
    'mutation($input: UploadFilesInput!) { uploadFiles(input: $input) { files { id } userErrors { code } } }'
  return send(
    server,
    query,
    { subjectId: clientId, files: sizes.map(() => null) },
    sizes.map((size, at) => ({ path: `variables.input.files.${at}`, size })),
  )
}

async function importFile(server: Server, size: number): Promise<Answer> {
  const query =
    'mutation($input: CreateImportInput!) { createImport(input: $input) { importPlan { id version } userErrors { code } } }'
  return send(server, query, { kind: 'CLIENT', file: null }, [{ path: 'variables.input.file', size }])
}

async function send(
  server: Server,
  query: string,
  input: object,
  files: { path: string; size: number }[],
): Promise<Answer> {
  const form = new FormData()
  form.append('operations', JSON.stringify({ query, variables: { input } }))
  form.append('map', JSON.stringify(Object.fromEntries(files.map(({ path }, at) => [at, [path]]))))
  files.forEach(({ size }, at) => form.append(String(at), new Blob([`Nom\n${'x'.repeat(size - 4)}`]), `file-${at}.csv`))
  const start = performance.now()
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'apollo-require-preflight': 'true' },
    body: form,
    signal: AbortSignal.timeout(20_000),
  })
  return { status: response.status, text: await response.text(), took: performance.now() - start }
}

function holdFull(what: string, { status, text, took }: Answer) {
  hold(
    status === 503 &&
      text.includes('"reason":"STORAGE_FULL"') &&
      text.includes('"code":"SERVICE_UNAVAILABLE"') &&
      took <= limits.answer,
    `${what} was answered after ${seconds(took)} with ${status} ${text}`,
  )
}

/** Refuses what has no room, and takes what has, again and again. */
async function fill(server: Server, folder: string): Promise<string> {
  const { id } = await server.createClient('Full')
  const before = filesIn(folder).length
  let slowest = 0
  for (let round = 0; round < 3; round++) {
    for (const [what, answer] of [
      ['A file too large', await upload(server, id, [2 * room])],
      ['Its second file too large', await upload(server, id, [1000, 2 * room])],
      ['An import too large', await importFile(server, 2 * room)],
    ] as const) {
      holdFull(what, answer)
      slowest = Math.max(slowest, answer.took)
    }
  }
  writeFileSync(join(folder, 'fill'), Buffer.alloc(room - 65_536))
  holdFull('A file beside others', await upload(server, id, [200_000]))
  rmSync(join(folder, 'fill'))
  const left = filesIn(folder).length - before
  hold(left === 0, `${left} files were left: ${filesIn(folder).join(', ')}`)
  const small = await upload(server, id, [1000])
  hold(small.status === 200 && small.text.includes('"userErrors":[]'), `A small file was refused: ${small.text}`)
  return `10 refusals of at most ${seconds(slowest)}, nothing left, then a small file was taken`
}

/** The disk is filled to the last byte while the server is down. */
async function startOnFullDisk(server: Server, disk: string): Promise<string> {
  await server.createClient('Kept')
  await server.stop()
  const ballast = join(disk, 'ballast')
  try {
    writeFileSync(ballast, Buffer.alloc(room)) // as much of it as there is room for
  } catch (error) {
    hold((error as { code?: string }).code === 'ENOSPC', String(error)) // of the file system
  }
  const start = performance.now()
  const { code, errors } = await server.ended(['serve'])
  const took = performance.now() - start
  hold(
    code === 1 && /The disk of .* is full; make room there/.test(errors) && took < limits.answer,
    `The server ended after ${seconds(took)} with ${code}: ${errors}`,
  )
  rmSync(ballast)
  await server.start()
  const { clients } = await server.api.ask<{ clients: { nodes: { legalName: string }[] } }>(
    '{ clients { nodes { legalName } } }',
  )
  hold(clients.nodes[0]?.legalName === 'Kept', 'The client is not there.')
  return `told after ${seconds(took)} that the disk is full, and started when there was room`
}

export const fullFolders: Fault[] = [
  {
    name: 'A start on a full disk, on SQLite',
    run: folder =>
      withSmallDisk(join(folder, 'disk'), () =>
        onDatabase('SQLite', join(folder, 'disk'), server => startOnFullDisk(server, join(folder, 'disk'))),
      ),
  },
  ...['SQLite', 'MariaDB'].flatMap((database): Fault[] => [
    {
      name: `A full temporary folder, on ${database}`,
      run: folder =>
        withSmallDisk(join(folder, 'tmp'), () =>
          onDatabase(database, join(folder, 'data'), server => fill(server, join(folder, 'tmp')), {
            TMPDIR: join(folder, 'tmp'),
          }),
        ),
    },
    {
      name: `A full folder of files, on ${database}`,
      run: folder =>
        withSmallDisk(join(folder, 'data', 'files'), () =>
          onDatabase(database, join(folder, 'data'), server => fill(server, join(folder, 'data', 'files'))),
        ),
    },
  ]),
]
