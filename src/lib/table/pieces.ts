import type { Cell, Rows } from './column.js'

/** Bytes at once: small enough that what waits to be taken is little, large enough that sending one costs little. */
const pieceBytes = 65_536
/** Cells at once whose text is kept: most rows of a wide table repeat most of the row before. */
const spanCells = 12

type Row = readonly (Cell | undefined)[]
type Spell = (value: Cell) => string

/** Lines of text as bytes, in pieces: no more than one of them is held. A cell is spelled by what stands at its place in `cells`. */
export async function* inPieces(head: string, pages: AsyncIterable<Rows>, cells: readonly Spell[], end: string): AsyncGenerator<Uint8Array> {
  const spans = Array.from({ length: Math.ceil(cells.length / spanCells) }, (_, at) => spanOf(cells.slice(at * spanCells, (at + 1) * spanCells), at * spanCells, (at + 1) * spanCells < cells.length ? '' : end))
  let piece = Buffer.allocUnsafe(Math.max(pieceBytes, Buffer.byteLength(head)))
  let length = piece.write(head)
  for await (const rows of pages) {
    for (const row of rows) {
      for (const span of spans) {
        const bytes = span(row)
        if (length + bytes.length > piece.length) {
          yield piece.subarray(0, length)
          piece = Buffer.allocUnsafe(Math.max(pieceBytes, bytes.length))
          length = 0
        }
        length += bytes.copy(piece, length)
      }
    }
  }
  if (length > 0) yield piece.subarray(0, length)
}

/** The bytes of some cells that stand side by side, the first at `from`. */
function spanOf(cells: readonly Spell[], from: number, end: string): (row: Row) => Buffer {
  let last: Row = []
  let bytes: Buffer | undefined
  return row => {
    let isSame = bytes !== undefined
    for (let at = from; isSame && at < from + cells.length; at++) isSame = row[at] === last[at]
    last = row
    if (!bytes || !isSame) bytes = Buffer.from(cells.map((spell, at) => spell(row[from + at] ?? null)).join('') + end)
    return bytes
  }
}
