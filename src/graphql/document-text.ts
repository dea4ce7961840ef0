/**
 * Whether a document nests brackets of any kind deeper than this. One pass from left to right that follows GraphQL's
 * lexer: what stands in strings, block strings and comments does not count. A regular expression that does the same
 * takes minutes over a megabyte of quotation marks that are never closed.
 */
export function nestsDeeper(text: string, most: number): boolean {
  let depth = 0
  let at = 0
  while (at < text.length) {
    const letter = text.charAt(at)
    if (letter === '"') at = endOfString(text, at)
    else if (letter === '#') at = endOfLine(text, at)
    else at++
    if (letter === '(' || letter === '[' || letter === '{') depth++
    else if (letter === ')' || letter === ']' || letter === '}') depth--
    if (depth > most) return true
  }
  return false
}

/** Whether a text has more lines than this, of whatever ends GraphQL knows. */
export function hasMoreLines(text: string, most: number): boolean {
  let lines = 1
  for (let at = 0; at < text.length && lines <= most; at++) if (isLineEnd(text, at)) lines++
  return lines > most
}

// Not by indexOf: a text without any carriage return would be searched to its end once for each of its lines.
function endOfLine(text: string, start: number): number {
  let at = start
  while (at < text.length && !isLineEnd(text, at)) at++
  return at
}

const isLineEnd = (text: string, at: number) => text.charAt(at) === '\n' || text.charAt(at) === '\r'

/**
 * Behind the quotation mark that closes the string; the end of the text where none does, since the lexer refuses it
 * there.
 */
function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) return endOfBlockString(text, start)
  for (let at = start + 1; at < text.length && !isLineEnd(text, at); at++) {
    if (text.charAt(at) === '"') return at + 1
    if (text.charAt(at) === '\\') at++
  }
  return text.length
}

function endOfBlockString(text: string, start: number): number {
  let at = start + '"""'.length
  while (at < text.length) {
    if (text.startsWith('"""', at)) return at + '"""'.length
    at += text.startsWith('\\"""', at) ? '\\"""'.length : 1
  }
  return text.length
}
