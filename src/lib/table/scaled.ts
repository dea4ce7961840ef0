/** "1234.5" with 4 places is 12345000n. Of a text that is a decimal, however long; it has no more places than that. */
export function parseScaled(text: string, places: number): bigint {
  const [whole = '0', decimals = ''] = text.split('.')
  if (decimals.length > places) throw new RangeError(`${text} has more than ${places} decimals.`)
  return BigInt(whole + decimals.padEnd(places, '0'))
}
