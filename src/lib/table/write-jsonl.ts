import type { Cell, Column, ColumnType, Rows } from './column.js'
import { inPieces, isAscii } from './pieces.js'

/** One JSON object a line, all columns in each; decimals are strings, so that they stay exact. */
export function writeJsonl(columns: readonly Column[], pages: AsyncIterable<Rows>): AsyncGenerator<Uint8Array> {
  const members = columns.map(({ name, type }, at) => {
    const [before, spell] = [`${at > 0 ? ',' : '{'}${JSON.stringify(name)}:`, spelling(type)]
    return {
      spell: (value: Cell) => before + (value === null ? 'null' : spell(value)),
      isAscii: type !== 'text' && isAscii(name),
    }
  })
  return inPieces('', pages, members, '}\n')
}

/** Only text needs escapes, which cost the most time. */
function spelling(type: ColumnType): (value: NonNullable<Cell>) => string {
  if (type === 'text') return JSON.stringify
  return type === 'integer' || type === 'boolean' ? String : value => `"${value}"`
}
