// What a spreadsheet program runs, or takes for the beginning of a formula. Telephone numbers and signed numbers begin
// like one and hold nothing that could do harm: they stay as they are.
const beginning = /^'*[=+\-@\t\r]/
const number = /^'*[+-][\d\s().,/-]*$/

/** Whether a spreadsheet would run this text, apostrophes in front of it aside. */
const runs = (text: string) => beginning.test(text) && !number.test(text)

/** Text of a CSV for people: what a spreadsheet would run gets an apostrophe in front, and so does what looks like one that has it already. */
export const guarded = (text: string) => (runs(text) ? `'${text}` : text)

/** Returns the text that `guarded` was given. */
export const unguarded = (text: string) => (text.startsWith("'") && runs(text.slice(1)) ? text.slice(1) : text)
