/**
 * Returns the part of a whole that a Range header asks for, both ends included. It returns null where no such part
 * exists. It returns undefined for the whole, or for units that we need not understand (RFC 9110, 14.2).
 */
export function rangeOf(header: string | undefined, size: number): { start: number; end: number } | null | undefined {
  const [, from = '', to = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  if (from === '') return Number(to) > 0 && size > 0 ? { start: Math.max(0, size - Number(to)), end: size - 1 } : null
  if (to !== '' && Number(to) < Number(from)) return undefined
  return Number(from) < size
    ? { start: Number(from), end: Math.min(to === '' ? Infinity : Number(to), size - 1) }
    : null
}
