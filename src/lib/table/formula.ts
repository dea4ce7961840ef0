// The beginning of a text that a spreadsheet program runs as a formula. Telephone numbers and signed numbers begin like
// one but can do no harm: they stay as they are.
const beginning = /^'*[=+\-@\t\r]/
const number = /^'*[+-][\d\s().,/-]*$/

/** Whether a spreadsheet would run this text, apostrophes in front of it aside. */
const runs = (text: string) => beginning.test(text) && !number.test(text)

/**
 * Guards a text in a CSV for people. A text that a spreadsheet would run gets an apostrophe in front, and so does one
 * that seems guarded already.
 */
export const guarded = (text: string) => (runs(text) ? `'${text}` : text)

/** Returns the text that `guarded` was given. */
export const unguarded = (text: string) => (text.startsWith("'") && runs(text.slice(1)) ? text.slice(1) : text)
