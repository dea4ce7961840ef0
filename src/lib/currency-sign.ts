import { isCurrency } from './money.js'

/** The currencies that each sign is written for. */
const bySign = new Map<string, readonly string[]>([
  ['€', ['EUR']], ['euro', ['EUR']], ['euros', ['EUR']], ['£', ['GBP', 'EGP', 'GIP', 'FKP', 'SHP', 'LBP', 'SYP', 'SSP', 'SDG']], ['¥', ['JPY', 'CNY']], ['円', ['JPY']], ['元', ['CNY', 'TWD']],
  ['$', ['USD', 'ARS', 'AUD', 'BBD', 'BMD', 'BND', 'BSD', 'BZD', 'CAD', 'CLP', 'COP', 'CUP', 'DOP', 'FJD', 'GYD', 'HKD', 'JMD', 'KYD', 'LRD', 'MXN', 'NAD', 'NZD', 'SBD', 'SGD', 'SRD', 'TTD', 'TWD', 'UYU', 'XCD']],
  ['us$', ['USD']], ['u$s', ['USD']], ['a$', ['AUD']], ['au$', ['AUD']], ['c$', ['CAD', 'NIO']], ['ca$', ['CAD']], ['nz$', ['NZD']], ['s$', ['SGD']], ['hk$', ['HKD']], ['mx$', ['MXN']], ['nt$', ['TWD']], ['r$', ['BRL']],
  ['fr', ['CHF', 'XAF', 'XOF', 'XPF']], ['sfr', ['CHF']], ['kr', ['SEK', 'NOK', 'DKK', 'ISK']], ['zł', ['PLN']], ['kč', ['CZK']], ['ft', ['HUF']], ['lei', ['RON', 'MDL']], ['лв', ['BGN']],
  ['₽', ['RUB']], ['₴', ['UAH']], ['₺', ['TRY']], ['₹', ['INR']], ['₩', ['KRW', 'KPW']], ['₪', ['ILS']], ['₫', ['VND']], ['฿', ['THB']], ['₱', ['PHP', 'CUP']], ['₦', ['NGN']], ['₡', ['CRC', 'SVC']], ['₲', ['PYG']], ['₸', ['KZT']], ['₾', ['GEL']], ['₼', ['AZN']], ['s/', ['PEN']],
])

const keyOf = (sign: string) => sign.trim().replace(/\.$/, '').toLowerCase()

/** Whether a text beside an amount tells its currency: a sign such as € or US$, or an ISO 4217 code. */
export const isCurrencySign = (sign: string) => bySign.has(keyOf(sign)) || isCurrency(sign.trim().toUpperCase())

/** Whether an amount with this sign may be one of this currency; `$` is written for many. */
export const signFits = (sign: string, currency: string) => sign.trim().toUpperCase() === currency || (bySign.get(keyOf(sign))?.includes(currency) ?? false)
