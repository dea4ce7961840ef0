import type { Json, Tenant } from './world.js'

/** What makes a document one in dollars. */
export const dollars = { currency: 'USD' }

export const warned = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code)

/** The whole payload of a mutation that returns counts rather than a record. */
export const report = async (tenant: Tenant, mutation: string, input: object, fields: string): Promise<Json> =>
  (
    await tenant.get(
      `mutation($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { ${fields} userErrors { code message field } warnings { code } } }`,
      { input },
    )
  )[mutation]

/**
 * Returns the steps of a test about exchange rates. Each step calls `us` again, since every test has an organisation of
 * its own.
 */
export function ratesIn(us: () => Tenant) {
  const keep = (day: string, rate: string, currency = 'USD', fields?: string) =>
    us().do('createExchangeRate', { currency, day, rate }, fields)
  const fillRates = (by = us(), input: object = {}) => report(by, 'fillRates', input, 'filled withoutRate more')
  return { keep, fillRates }
}
