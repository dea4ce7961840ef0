import type { ColumnSource, SchemaElement } from 'hyparquet-writer'
import { parseScaled } from './scaled.js'
import { decimalOf, type Cell, type Column, type Rows } from './column.js'

/** Cells of a row group: what is held until it is written. */
const groupCells = 300_000
const longestDecimal = 18 // digits that an INT64 holds

/** Parquet with DECIMAL, DATE and TIMESTAMP columns, snappy, row group by row group. */
export async function* writeParquet(
  columns: readonly Column[],
  pages: AsyncIterable<Rows>,
): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer') // few need it
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(schemaOf)],
    statistics: false,
    createdBy: 'Clientela',
  })
  const size = Math.max(500, Math.floor(groupCells / columns.length))
  const taken = () => {
    const written = Buffer.from(bytes.getBytes())
    bytes.index = 0 // `offset` goes on counting from the beginning of the file
    return written
  }
  let group: (readonly Cell[])[] = []
  const write = () => {
    void writer.write({
      columnData: columns.map((column, at) => sourceOf(column, group, at)),
      rowGroupSize: group.length,
    }) // to memory: nothing to wait for
    group = []
    return taken()
  }
  for await (const rows of pages) {
    for (const row of rows) {
      group.push(row)
      if (group.length === size) yield write()
    }
  }
  if (group.length > 0) yield write()
  void writer.finish() // as above
  yield taken()
}

function schemaOf({ name, type, nullable }: Column): SchemaElement {
  const element = { name, repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' } as const
  const decimal = decimalOf(type)
  if (decimal) {
    const { precision, scale } = decimal
    const typed =
      precision <= longestDecimal
        ? { type: 'INT64' as const }
        : { type: 'FIXED_LEN_BYTE_ARRAY' as const, type_length: bytesFor(precision) }
    return { ...element, ...typed, converted_type: 'DECIMAL', precision, scale }
  }
  if (type === 'integer') return { ...element, type: 'INT64' }
  if (type === 'boolean') return { ...element, type: 'BOOLEAN' }
  if (type === 'date') return { ...element, type: 'INT32', converted_type: 'DATE' }
  if (type === 'timestamp')
    return {
      ...element,
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    }
  return { ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8' }
}

const bytesFor = (precision: number) => Math.ceil((Math.log2(10) * precision + 1) / 8)

function sourceOf({ name, type }: Column, rows: Rows, at: number): ColumnSource {
  const decimal = decimalOf(type)
  const convert: (value: Cell) => unknown = decimal
    ? value => parseScaled(String(value), decimal.scale)
    : type === 'integer'
      ? value => BigInt(String(value))
      : type === 'date' || type === 'timestamp'
        ? value => new Date(String(value))
        : value => value
  return {
    name,
    data: rows.map(row => {
      const value = row[at] ?? null
      return value === null ? null : convert(value)
    }),
  }
}
