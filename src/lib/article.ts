/** A noun with its article: «an invoice», «a user»; `capital` where it begins a sentence. */
export function withArticle(noun: string, capital = false): string {
  const article = /^(?:[aeio]|u(?!se|ni))/i.test(noun) ? 'an' : 'a'
  return `${capital ? article.replace('a', 'A') : article} ${noun}`
}
