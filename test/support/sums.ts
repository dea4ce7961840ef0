/** All fields of a sum of money. */
export const sumFields = '{ amounts { amount currency } base { amount currency } withoutRate }'

/** A sum of one document or several in one currency, which is the base currency. */
export const only = (amount: string, currency = 'EUR') => ({
  amounts: [{ amount, currency }],
  base: { amount, currency },
  withoutRate: 0,
})

export const nothing = { amounts: [], base: { amount: '0.00', currency: 'EUR' }, withoutRate: 0 }
