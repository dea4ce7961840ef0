/** A line of one unit. */
export const lineOf = (unitPrice: string, taxRate?: string) => ({
  description: 'Feina',
  quantity: '1',
  unitPrice,
  taxRate,
})
