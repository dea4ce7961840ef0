/** The letters of all names and texts of a value, and ten for each other value; it stops counting beyond `most`. */
export function lettersOf(value: unknown, most: number): number {
  let letters = 0
  const waiting: unknown[] = [value]
  while (waiting.length > 0 && letters <= most) {
    const next = waiting.pop()
    if (typeof next === 'string') letters += next.length
    else if (typeof next !== 'object' || next === null) letters += 10
    else if (Array.isArray(next))
      for (const each of next as unknown[]) waiting.push(each) // what a resolver gave
    else {
      for (const [name, each] of Object.entries(next)) {
        letters += name.length
        waiting.push(each)
      }
    }
  }
  return letters
}
