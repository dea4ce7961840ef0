import { limits } from './limits.js'

/** What a number means by how its cell is formatted; a number here is how many digits it is padded to. */
export type CellFormat = 'NUMBER' | 'DAY' | 'TIME' | 'DAY_AND_TIME' | number

/** Those that a file does not spell out. In other languages of Excel the numbers 27 to 36 and 50 to 58 are dates as well. */
const builtIn = new Map<number, CellFormat>([
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58].map(
    id => [id, 'DAY'] as const,
  ),
  ...[18, 19, 20, 21, 32, 33, 45, 46, 47].map(id => [id, 'TIME'] as const),
  [22, 'DAY_AND_TIME'],
])

export function cellFormat(id: number, code: string | undefined): CellFormat {
  return code === undefined ? (builtIn.get(id) ?? 'NUMBER') : formatByCode(code)
}

/** Of a code like `[$-C0A]d" de "mmmm;@` the first section counts, without text and what stands in brackets, except hours that go on beyond 24. */
export function formatByCode(code: string): CellFormat {
  const section = bareSection(code)
  if (section.length >= 2 && [...section].every(letter => letter === '0')) return section.length
  if (section.includes('general')) return 'NUMBER'
  const time = /[hs]/.test(section)
  const day = /[yd]/.test(section) || (section.includes('m') && !time)
  return day && time ? 'DAY_AND_TIME' : day ? 'DAY' : time ? 'TIME' : 'NUMBER'
}

/** Whether 0.21 is shown as 21 %. */
export const isPercentage = (id: number, code: string | undefined) =>
  code === undefined ? id === 9 || id === 10 : bareSection(code).includes('%')

/** One pass from left to right; what is longer than a program writes does not count. */
function bareSection(code: string): string {
  const most = Math.min(code.length, limits.formatCharacters)
  let bare = ''
  for (let at = 0; at < most && code[at] !== ';'; at++) {
    const letter = code[at] ?? ''
    if (letter === '"' || letter === '[') {
      const end = code.indexOf(letter === '"' ? '"' : ']', at + 1)
      if (end === -1 || end >= most) break
      const inside = code.slice(at + 1, end)
      if (letter === '[' && /^[hms]+$/i.test(inside)) bare += 'h'
      at = end
    } else if ('\\_*'.includes(letter))
      at++ // what follows is text, a gap, or fills the cell
    else bare += letter
  }
  return bare.toLowerCase()
}
