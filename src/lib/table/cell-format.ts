import { limits } from './limits.js'

/** The meaning of a number by the format of its cell. A number here says to how many digits it is padded. */
export type CellFormat = 'NUMBER' | 'DAY' | 'TIME' | 'DAY_AND_TIME' | number

/** The formats that a file does not spell out. In other languages of Excel, 27 to 36 and 50 to 58 are dates as well. */
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

/**
 * In a code like `[$-C0A]d" de "mmmm;@` the first section counts, without texts and brackets. Hours in brackets, which
 * go on beyond 24, do count.
 */
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

/** Reads once from left to right, as far as a code may be long. */
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
