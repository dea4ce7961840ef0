/** The modules of migrations among the files of a folder, by their numbers: `2-deals` runs before `10-imports`. */
export function inOrder(files: readonly string[]): string[] {
  const numbered = files
    .map(file => /^((\d+)-[a-z0-9-]+)\.[jt]s$/.exec(file))
    .filter(match => match !== null)
    .map(([, name = '', number]) => ({ name, number: Number(number) }))
    .sort((one, other) => one.number - other.number)
  const twice = numbered.find(({ number }, at) => numbered[at - 1]?.number === number)
  if (twice) {
    const names = numbered.filter(({ number }) => number === twice.number).map(({ name }) => name)
    throw new Error(
      `Two migrations have the number ${twice.number}: ${names.join(' and ')}. Rename one, or remove what an older build left.`,
    )
  }
  return numbered.map(({ name }) => name)
}
