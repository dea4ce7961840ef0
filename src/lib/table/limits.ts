/** What is read at most. Rows count where something stands in them. */
export const limits = {
  fileBytes: 256 * 2 ** 20,
  /** All that an XLSX file unpacks to. */
  inflatedBytes: 2 ** 30,
  /** Of the parts inside an XLSX file. */
  parts: 10_000,
  sheets: 200,
  rows: 1_000_000,
  /** Of Excel itself. */
  rowNumber: 1_048_576,
  /** In a CSV file, where a row may have several; with more, its rows are not even counted. */
  lines: 2_000_000,
  columns: 1_000,
  /** Of Excel itself. */
  cellCharacters: 32_767,
  rowCharacters: 2 ** 20,
  /** Of XML between two tags, which no honest cell comes near. */
  untaggedBytes: 2 ** 20,
  /** Of XML between two rows. */
  tagsInRow: 100_000,
  /** The texts that cells of an XLSX file share are kept in memory. */
  sharedTextBytes: 128 * 2 ** 20,
} as const
