import type { Cell, Rows } from './column.js'

/** Bytes of a piece: small enough that little waits to be taken, large enough that sending one costs little. */
const pieceBytes = 65_536
/** Neighbouring cells whose text is kept together: most rows of a wide table repeat most of the row before. */
const spanCells = 12

type Row = readonly (Cell | undefined)[]

/** How the cells of a column are written. */
export interface CellWriter {
  spell: (value: Cell) => string
  /** Whether it writes only ASCII, which is encoded several times as fast. */
  isAscii: boolean
}

export const isAscii = (text: string) => Buffer.byteLength(text) === text.length

/**
 * Lines of text as bytes, in pieces: no more than one of them is held. The writer at its place in `cells` writes each
 * cell.
 */
export async function* inPieces(
  head: string,
  pages: AsyncIterable<Rows>,
  cells: readonly CellWriter[],
  end: string,
): AsyncGenerator<Uint8Array> {
  const spans = Array.from(
    { length: Math.ceil(cells.length / spanCells) },
    (_, at) =>
      new Span(
        cells.slice(at * spanCells, (at + 1) * spanCells),
        at * spanCells,
        (at + 1) * spanCells < cells.length ? '' : end,
      ),
  )
  let piece = Buffer.allocUnsafe(Math.max(pieceBytes, Buffer.byteLength(head)))
  let length = piece.write(head)
  for await (const rows of pages) {
    for (const row of rows) {
      for (const span of spans) {
        span.read(row)
        if (length + span.mostBytes > piece.length) {
          yield piece.subarray(0, length)
          piece = Buffer.allocUnsafe(Math.max(pieceBytes, span.mostBytes))
          length = 0
        }
        length = span.write(piece, length)
      }
    }
  }
  if (length > 0) yield piece.subarray(0, length)
}

/** Some cells that stand side by side, the first at `from`. */
class Span {
  private last: Row | undefined
  private text = ''
  /** Where its text was last written. */
  private piece: Buffer | undefined
  private start = 0
  private end = 0
  private readonly encoding: 'latin1' | 'utf8'

  constructor(
    private readonly cells: readonly CellWriter[],
    private readonly from: number,
    private readonly behind: string,
  ) {
    this.encoding = cells.every(({ isAscii }) => isAscii) ? 'latin1' : 'utf8'
  }

  /** Returns the most bytes that the text can take in UTF-8. */
  get mostBytes(): number {
    return this.text.length * 3
  }

  read(row: Row): void {
    const { last, cells, from } = this
    let isSame = last !== undefined
    for (let at = from; isSame && at < from + cells.length; at++) isSame = row[at] === last?.[at]
    this.last = row
    if (isSame) return
    let text = ''
    for (let at = 0; at < cells.length; at++) text += cells[at]?.spell(row[from + at] ?? null) ?? ''
    this.text = text + this.behind
    this.piece = undefined
  }

  /** Copies the text where the same piece already has it, which is faster than encoding it again. */
  write(piece: Buffer, at: number): number {
    if (piece === this.piece) {
      piece.copyWithin(at, this.start, this.end)
      return at + this.end - this.start
    }
    this.piece = piece
    this.start = at
    return (this.end = at + piece.write(this.text, at, this.encoding))
  }
}
