/** The limits of reading. A row counts if something stands in it. */
export const limits = {
  fileBytes: 256 * 2 ** 20,
  /** Bytes to which an XLSX file may unpack. */
  inflatedBytes: 768 * 2 ** 20,
  /** Parts inside an XLSX file. */
  parts: 10_000,
  sheets: 200,
  rows: 1_000_000,
  /** The limit of Excel itself. */
  rowNumber: 1_048_576,
  /** Lines of a CSV file, where a row may have several. In a file with more lines the rows are not even counted. */
  lines: 2_000_000,
  columns: 1_000,
  /** Empty ones at the end of a row included. */
  emptyColumns: 16_384,
  /** The limit of Excel itself. */
  cellCharacters: 32_767,
  /** Characters of the code of a number format; Excel itself has 255. */
  formatCharacters: 255,
  rowCharacters: 2 ** 20,
  /** Bytes of XML between two tags; no honest cell comes near. */
  untaggedBytes: 2 ** 20,
  /** Tags of XML between two rows. */
  tagsInRow: 100_000,
  /** Texts that the cells of an XLSX file share, which are kept in memory. */
  sharedTexts: 5_000_000,
  sharedTextBytes: 96 * 2 ** 20,
  /** Bytes of the parts of an XLSX file that hold no cells. */
  smallPartBytes: 16 * 2 ** 20,
  /**
   * Milliseconds that a worker may go without an answer while somebody waits. The largest files take a fraction of
   * them.
   */
  answerMilliseconds: 60_000,
} as const
