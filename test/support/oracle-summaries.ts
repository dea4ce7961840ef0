import type { Json } from './world.js'

/** Returns the figures of the oracle by the names of the columns, which this function spells on its own. */
export function columnsOf(figures: Json): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  const walk = (value: Json, name: string) => {
    if (value === null) return
    if (typeof value !== 'object') found[name] = value
    else if ('withoutRate' in value)
      Object.assign(found, {
        [`${name}_base`]: value.base?.amount ?? null,
        [`${name}_known_base`]: value.knownBase.amount,
        [`${name}_without_rate`]: value.withoutRate,
      })
    else if (Array.isArray(value))
      value.forEach(each => {
        if (each.state) walk({ count: each.count }, `${name}_${each.state.toLowerCase()}`)
      })
    else
      for (const [key, inner] of Object.entries<Json>(value))
        if (!['ids', 'timeIds', 'within', 'asOf'].includes(key))
          walk(
            inner,
            name ? `${name}_${key.replace(/[A-Z]|\d+/g, part => `_${part.toLowerCase()}`).replace('__', '_')}` : key,
          )
  }
  const { ordersFrom, ordersTo, ...others } = figures
  walk({ ...others, orders_from_client: ordersFrom, orders_to_client: ordersTo }, '')
  return found
}
