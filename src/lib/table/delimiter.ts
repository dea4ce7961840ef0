import { groupBy } from '../group.js'
import { Records, namedDelimiter } from './csv.js'
import { textOf } from './encoding.js'
import { beginningRows, rowOf, type Delimiter, type Encoding } from './table.js'

const delimiters: Delimiter[] = [';', '\t', ',']
const NUMBER = /^-?[\d.\s]*\d$/

/** The delimiter by which most rows of the beginning have the same number of cells. */
export async function delimiterOf(path: string, encoding: Encoding): Promise<Delimiter> {
  const text = await beginningOf(path, encoding)
  const named = delimiters.find(delimiter => delimiter === namedDelimiter(text))
  if (named) return named
  const judged = delimiters.map(delimiter => ({ delimiter, ...regularity(text, delimiter) }))
  return judged.sort((a, b) => b.share - a.share || b.width - a.width)[0]?.delimiter ?? ','
}

async function beginningOf(path: string, encoding: Encoding): Promise<string> {
  let text = ''
  for await (const piece of textOf(path, encoding)) {
    text += piece
    if (text.length >= 2 ** 18) break
  }
  return text
}

/**
 * Returns the share of rows that have the commonest number of cells. The commas of «1.234,56» divide rows too, but not
 * the header.
 */
function regularity(text: string, delimiter: Delimiter): { share: number; width: number } {
  const rows = beginning(text, delimiter)
  const counts = groupBy(
    rows.filter(cells => cells.length > 1),
    cells => cells.length,
  )
  const [width, alike] = [...counts].sort(([, a], [, b]) => b.length - a.length)[0] ?? [0, []]
  if (alike[0]?.every(cell => NUMBER.test(cell.trim().slice(0, 100)))) return { share: 0, width: 0 }
  return { share: alike.length / rows.length, width }
}

function beginning(text: string, delimiter: Delimiter): string[][] {
  const records = new Records(delimiter)
  try {
    const all = [...records.add(text), ...(text.length < 2 ** 18 ? records.end() : [])]
    return all.filter(cells => rowOf(1, [...cells])).slice(0, beginningRows)
  } catch {
    // With the wrong delimiter, quotes stand in the wrong place. With the right one, reading the rows reports them.
    return []
  }
}
