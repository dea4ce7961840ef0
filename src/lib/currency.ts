// ISO 4217, amended up to 2026, without funds, metals and testing codes. A business that moves in brings its past
// with it, so what was withdrawn in the six years that Spanish law has books kept stays. VED is left out: it is the
// same money as VES, and the API's scalar (graphql-scalars 1.26.0) would refuse to send it.
const WITHDRAWN = 'ANG BGN CUC HRK SLL ZWL'
const TWO_DECIMALS = `
  AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC
  CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
  KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR
  NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT
  TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG`
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND'
const FOUR_DECIMALS = 'UYW'

/** Decimals by currency code. */
export const currencies: ReadonlyMap<string, number> = new Map([
  ...withDecimals(WITHDRAWN, 2),
  ...withDecimals(NO_DECIMALS, 0),
  ...withDecimals(TWO_DECIMALS, 2),
  ...withDecimals(THREE_DECIMALS, 3),
  ...withDecimals(FOUR_DECIMALS, 4),
])

function withDecimals(codes: string, decimals: number): [string, number][] {
  return codes
    .trim()
    .split(/\s+/)
    .map(code => [code, decimals])
}
