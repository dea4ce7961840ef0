/** Scales a decimal text of any length: "1234.5" with 4 places is 12345000n. The text has no more places than that. */
export function parseScaled(text: string, places: number): bigint {
  const [whole = '0', decimals = ''] = text.split('.')
  if (decimals.length > places) throw new RangeError(`${text} has more than ${places} decimals.`)
  return BigInt(whole + decimals.padEnd(places, '0'))
}
