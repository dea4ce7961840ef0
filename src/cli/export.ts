import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { Option } from 'commander'
import { readConfig } from '../config.js'
import '../features/index.js' // so that all lists are registered
import { listTables } from '../features/feeds/index.js'
import { formats } from '../lib/table/write.js'
import { UserError } from '../lib/user-error.js'
import { command, jsonOption } from './command.js'
import { print } from './output.js'
import { progressBar, type Progress } from './progress.js'
import { withClient } from './with-client.js'

interface Given {
  json?: boolean
  format: string
  out: string
  filter?: string
  /** FIELD or FIELD:DESC. */
  orderBy?: string
  view?: string
  archived?: string
  asOf?: string
  columns?: string
  spanish?: boolean
}

export const exportCommand = command('export')
  .description('Write a list to a file, through the API at CLIENTELA_URL with CLIENTELA_API_KEY.')
  .argument('<list>', namesOfLists().join(', '))
  .addOption(jsonOption())
  .addOption(new Option('-f, --format <format>', 'of the file').choices(Object.keys(formats)).default('csv'))
  .requiredOption('-o, --out <file>', 'the file to write; one that is there is replaced once all rows have come')
  .option('--filter <json>', 'which records, as the list takes it in GraphQL: {"overdue":{"gt":"1000"}}')
  .option('--order-by <field>', 'as in GraphQL, the direction behind a colon: OVERDUE:DESC')
  .option('--view <id>', 'a saved view: its filter, and its order where none is given')
  .addOption(new Option('--archived <which>', 'of clients and projects').choices(['EXCLUDE', 'INCLUDE', 'ONLY']))
  .option('--as-of <day>', 'the day that figures of clients hold for, YYYY-MM-DD')
  .option(
    '--columns <names>',
    'separated by commas; figures of clients have to be named. GET /export/v1/manifest.json describes them',
  )
  .option('--spanish', 'CSV as a Spanish Excel opens it: with a byte order mark, semicolons and decimal commas')
  .action(async (list: string, { json, ...given }: Given) => {
    const bar = progressBar('Exporting', json)
    const rows = await exportList(list, given, bar).finally(bar.stop)
    print(json, { list, rows, out: given.out }, `${rows} rows in ${given.out}.`)
  })

function namesOfLists(): string[] {
  return listTables()
    .map(({ name }) => name)
    .sort()
}

/** Writes a list to a file, whole or not at all. Returns how many rows it has. */
async function exportList(list: string, given: Given, progress: Progress): Promise<number> {
  const path = `/export/v1/lists/${list}.${given.format}?${parametersOf(given).toString()}`
  const answer = await withClient(readConfig().api, client => client.download(path))
  const count = Number(answer.headers.get('x-clientela-rows'))
  // Packed formats do not tell how many rows came so far.
  const counted = given.format === 'csv' || given.format === 'jsonl'
  const unfinished = `${given.out}.part`
  try {
    await pipeline(
      Readable.fromWeb(answer.body as ReadableStream<Uint8Array>), // as fetch gives it
      countingLines(lines => progress.update(counted ? Math.min(lines, count) : 0, count)),
      createWriteStream(unfinished),
    )
    progress.update(count, count)
    await rename(unfinished, given.out)
  } catch (error) {
    await rm(unfinished, { force: true })
    if (error instanceof TypeError)
      throw new UserError('NETWORK_ERROR', 'The server broke off; nothing was written. Try again.')
    throw error
  }
  return count
}

function parametersOf({ filter, orderBy, view, archived, asOf, columns, spanish }: Given): URLSearchParams {
  const [field, direction] = orderBy?.split(':') ?? []
  const parameters = {
    filter,
    archived,
    asOf,
    columns,
    savedViewId: view,
    orderBy: field && JSON.stringify({ field, ...(direction ? { direction: direction.toUpperCase() } : {}) }),
    spanish: spanish ? 'true' : undefined,
  }
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.append(name, value)
  return given
}

/** Passes bytes on, and tells after each piece how many lines there were. */
function countingLines(report: (lines: number) => void) {
  return async function* (pieces: AsyncIterable<Uint8Array>) {
    let lines = 0
    for await (const piece of pieces) {
      for (const byte of piece) if (byte === 10) lines++
      report(lines)
      yield piece
    }
  }
}
