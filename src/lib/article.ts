/** A noun with its article: «an invoice», «a user»; `capital` where it begins a sentence. */
export function withArticle(noun: string, capital = false): string {
  const article = /^(?:[aeio]|u(?!se|ni))/i.test(noun) ? 'an' : 'a'
  return `${capital ? article.replace('a', 'A') : article} ${noun}`
}

/** So many of a noun in the plural: «1 invoice», «2 time entries». */
export function counted(count: number, plural: string): string {
  return `${count} ${count === 1 ? plural.replace(/ies$/, 'y').replace(/s$/, '') : plural}`
}
