import type { Write } from './column.js'
import { writeCsv } from './write-csv.js'
import { writeJsonl } from './write-jsonl.js'
import { writeParquet } from './write-parquet.js'
import { writeXlsx } from './write-xlsx.js'

/** `packed`: the format compresses itself. */
export const formats = {
  csv: { contentType: 'text/csv; charset=utf-8; header=present', packed: false, write: writeCsv },
  jsonl: { contentType: 'application/x-ndjson; charset=utf-8', packed: false, write: writeJsonl },
  parquet: { contentType: 'application/vnd.apache.parquet', packed: true, write: writeParquet },
  xlsx: {
    contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    packed: true,
    write: writeXlsx,
  },
} as const satisfies Record<string, { contentType: string; packed: boolean; write: Write }>

export type Format = keyof typeof formats
export const isFormat = (text: string): text is Format => Object.hasOwn(formats, text)
