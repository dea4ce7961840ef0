/**
 * All rows of an order, so many at a time: `read` gives at most `size` rows behind the one whose key it is told.
 * A batch that is not full is the last.
 */
export async function* batchesOf<T, Key>(
  start: Key,
  size: number,
  read: (behind: Key) => Promise<T[]>,
  keyOf: (row: T) => Key,
): AsyncGenerator<T[]> {
  for (let behind = start; ;) {
    const rows = await read(behind)
    const last = rows.at(-1)
    if (last === undefined) return
    behind = keyOf(last)
    yield rows
    if (rows.length < size) return
  }
}
