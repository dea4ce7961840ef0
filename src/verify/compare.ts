/** Tells where two trees of JSON differ, by the path of names. */
export function compare(
  found: unknown,
  expected: unknown,
  path: string,
  differ: (path: string, found: string, expected: string) => void,
) {
  if (found !== null && expected !== null && typeof found === 'object' && typeof expected === 'object') {
    for (const name of new Set([...Object.keys(found), ...Object.keys(expected)])) {
      compare(
        (found as Record<string, unknown>)[name],
        (expected as Record<string, unknown>)[name],
        `${path}.${name}`,
        differ,
      ) // JSON, walked by name
    }
  } else if (found !== expected) {
    differ(path, JSON.stringify(found) ?? 'nothing', JSON.stringify(expected) ?? 'nothing')
  }
}
