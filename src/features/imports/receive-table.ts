import type { Context } from '../../request/context.js'
import type { Prepared } from '../../graphql/operation.js'
import { receive } from '../../graphql/upload.js'
import { cleanFileName } from '../../lib/file-name.js'
import { recogniseTable, type TableLayout } from '../../lib/table/read.js'
import { UserError } from '../../lib/user-error.js'
import { headerRowOf, sheetOf } from './header-row.js'
import type { ImportPlan } from './import-plan.js'
import type { CreateImportInput, TableReading } from './import.inputs.js'
import { readLocally } from './local-file.js'
import { columnsOf } from './recognition.js'
import { descriptionOf, toWritePlansOf } from './registry.js'

const delimiters = { COMMA: ',', SEMICOLON: ';', TAB: '\t' } as const

export type Recognised = Pick<
  ImportPlan,
  'format' | 'encoding' | 'delimiter' | 'sheet' | 'sheets' | 'headerRow' | 'storedColumns'
>

export interface ReceivedTable
  extends Recognised, Pick<ImportPlan, 'kind' | 'fileName' | 'blobKey' | 'fileSize' | 'fileSha256'> {
  externalId?: string | null
}

/** Stores the file and recognises its columns, ahead of the transaction. */
export async function receiveTable(
  { kind, file, externalId, ...reading }: CreateImportInput,
  ctx: Context,
): Promise<Prepared> {
  ctx.allow(...toWritePlansOf(kind))
  const { blobs, limits } = ctx.storage
  return receive(file, async (bytes, given) => {
    const fileName = cleanFileName(given)
    const stored = await blobs.put(ctx.access.organization.id, bounded(bytes, limits.import))
    const discard = () => blobs.remove(stored.key)
    try {
      const recognised = await recognise(ctx, stored.key, kind, reading)
      return {
        input: {
          kind,
          externalId,
          fileName,
          blobKey: stored.key,
          fileSize: stored.size,
          fileSha256: stored.sha256,
          ...recognised,
        } satisfies ReceivedTable,
        discard,
      }
    } catch (error) {
      await discard()
      throw error
    }
  })
}

async function* bounded(bytes: AsyncIterable<Buffer>, most: number) {
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > most)
      throw new UserError(
        'FILE_TOO_LARGE',
        `A spreadsheet may have at most ${Math.floor(most / 1e6)} MB; split it, or leave out columns that are not imported.`,
        'file',
      )
    yield chunk
  }
}

export async function recognise(
  ctx: Context,
  blobKey: string,
  kind: ImportPlan['kind'],
  { encoding, delimiter, sheet, headerRow }: TableReading,
): Promise<Recognised> {
  const description = descriptionOf(kind)
  const given: Partial<TableLayout> = {
    ...(encoding ? { encoding } : {}),
    ...(delimiter ? { delimiter: delimiters[delimiter] } : {}),
    ...(sheet ? { sheet } : {}),
  }
  const { sheets, ...found } = await recognised(ctx, blobKey, given)
  const chosen =
    sheet || found.format === 'CSV'
      ? sheets.find(({ name }) => name === (found.sheet ?? ''))
      : sheetOf(sheets, description)
  const beginning = chosen?.beginning ?? []
  if (beginning.length === 0) throw new UserError('FILE_EMPTY', 'This sheet is empty.', 'file')
  const row = headerRow ?? headerRowOf(beginning, description)
  if (!beginning.some(({ number }) => number === row))
    throw new UserError(
      'HEADER_ROW_INVALID',
      `Row ${row} cannot hold the headers: it is blank or too far down.`,
      'headerRow',
    )
  return {
    ...found,
    sheet: found.format === 'XLSX' ? (chosen?.name ?? null) : null,
    sheets: found.format === 'XLSX' ? sheets.map(({ name }) => name) : [],
    headerRow: row,
    storedColumns: columnsOf(beginning, row, description),
  }
}

async function recognised({ storage, operation }: Context, blobKey: string, given: Partial<TableLayout>) {
  const waitOptions = operation ? { signal: operation.signal } : {}
  const read = async function* (path: string) {
    yield await recogniseTable(path, given, waitOptions)
  }
  for await (const found of readLocally(storage, blobKey, read)) return found
  throw new Error(`Nothing was recognised of ${blobKey}.`)
}
