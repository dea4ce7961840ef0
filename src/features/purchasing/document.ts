import { Field, InputType, ObjectType } from 'type-graphql'
import type { ClassType } from 'type-graphql'
import type { ObjectLiteral } from 'typeorm'
import { currency, day, decimal, inBase, integer, money, reference, text } from '../../model/field.js'
import { Money, toMoney } from '../../model/money.js'
import { CurrencyCode, Decimal } from '../../model/scalars.js'
import { OrganizationRow, PartRow } from '../../model/row.js'
import type { WriteScope } from '../../database/scope/write-scope.js'
import { formatDecimal, parseDecimal, safe, shortest } from '../../lib/decimal.js'
import type { Day } from '../../lib/calendar.js'
import { decimalsOf, isCurrency, RATE_PLACES } from '../../lib/money.js'
import { lineNet, totals, type LineAmounts, type Totals } from '../../lib/totals.js'
import { normalText } from '../../lib/text.js'
import { UserError } from '../../lib/user-error.js'
import { Client } from '../clients/index.js'
import { inBaseAt, setWrittenRate } from '../rates/index.js'
import type { Row } from '../../model/field-definition.js'

export const lineLimit = 500
const hundred = 100_0000n

/** The base of orders, quotes and invoices: a client, a currency with its rate, lines and their sums. */
export abstract class DocumentRow extends OrganizationRow {
  @reference(() => Client, 'The client it is from or to.')
  clientId: string

  @currency('The currency of its amounts.')
  currency: string

  @decimal(RATE_PLACES, 'Base units for one unit of its currency; 1 in the base currency, null when unknown.', {
    nullable: true,
  })
  rate: bigint | null

  @day('The day of the kept exchange rate that it took; null where its rate was given with it.', {
    nullable: true,
    hidden: true,
  })
  rateDay: Day | null

  @money('Sum of the lines, before tax.')
  net: bigint

  @money('Tax, rounded once per rate over the document.')
  tax: bigint

  @money('The sum before tax in the base currency, converted once; null without a rate.', {
    currency: inBase,
    nullable: true,
  })
  netBase: bigint | null
}

/** A document whose amount is net + tax: orders and quotes. */
export abstract class TotalledRow extends DocumentRow {
  @money('Net + tax.')
  total: bigint

  @money('The total in the base currency, converted once; null without a rate.', { currency: inBase, nullable: true })
  totalBase: bigint | null
}

/** One line of a document. Net = quantity × price × (1 − discount), rounded once, half-up. */
export abstract class DocumentLine extends PartRow implements LineAmounts {
  @integer('Its place in the document, from 1.')
  position: number

  @text('The goods or services on the line.', { max: 500, lines: true })
  description: string

  @decimal(4, 'How many; above 0, up to 4 decimals.')
  quantity: bigint

  @decimal(6, 'Price of one in major units, before discount and tax; up to 6 decimals.')
  unitPrice: bigint

  @decimal(4, 'Discount in percent, 0 to 100.')
  discount: bigint

  @decimal(4, 'Tax rate in percent; null where no tax applies.', { nullable: true })
  taxRate: bigint | null

  @currency('The currency of the document.', { hidden: true })
  currency: string

  @money('Quantity × price less discount, rounded once.')
  net: bigint
}

@InputType({ description: 'A line of a document.' })
export class LineInput {
  @Field(() => String, { description: 'The goods or services on the line, at most 500 characters.' })
  description: string

  @Field(() => Decimal, { description: 'How many; above 0, up to 4 decimals.' })
  quantity: string

  @Field(() => Decimal, { description: 'Price of one in major units, 0 or more, up to 6 decimals.' })
  unitPrice: string

  @Field(() => Decimal, { nullable: true, description: 'Discount in percent, 0 to 100; default 0.' })
  discount?: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'Tax rate in percent, 0 to 100; leave out where no tax applies.',
  })
  taxRate?: string | null
}

@InputType({ description: 'Fields that orders, quotes and invoices share and that may be left out.' })
export abstract class DocumentFields {
  @Field(() => CurrencyCode, {
    nullable: true,
    description: "Its currency; for a new document the client's, else the base currency.",
  })
  currency?: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'Base units for one unit of its currency, up to 10 decimals; leave out when unknown.',
  })
  rate?: string | null

  @Field(() => [LineInput], {
    nullable: true,
    description: `Its lines, at most ${lineLimit}; they replace all lines there were.`,
  })
  lines?: LineInput[] | null

  @Field(() => String, {
    nullable: true,
    description: "The record's id in the system it came from; unique in the organisation.",
  })
  externalId?: string | null
}

@ObjectType({ description: 'The tax of a document at one rate.', simpleResolvers: true })
export class TaxSum {
  @Field(() => Decimal, { description: 'Tax rate in percent.' })
  rate: string

  @Field(() => Money, { description: 'The net that is taxed at this rate.' })
  base: Money

  @Field(() => Money, { description: 'The tax, rounded once.' })
  amount: Money
}

export function taxSums(lines: readonly DocumentLine[], currency: string): TaxSum[] {
  return totals(lines, null, currency).taxes.map(({ rate, base, amount }) => ({
    rate: shortest(formatDecimal(rate, 4)),
    base: toMoney(base, currency),
    amount: toMoney(amount, currency),
  }))
}

interface Drafting<L> {
  /** The lines there were. */
  present: readonly L[]
  make: (values: Partial<DocumentLine>) => L
  /** The day whose rate it takes where none was given. */
  on: Day
  /** Whether that day was given or changed just now. */
  isMoved?: boolean
  withholding?: bigint | null
}

/** Sets what was given of the shared fields and returns the lines as they will be, with the sums of all. */
export async function draftDocument<L extends DocumentLine>(
  scope: WriteScope,
  document: DocumentRow,
  given: DocumentFields,
  { present, make, on, isMoved, withholding = null }: Drafting<L>,
): Promise<{ lines: L[]; sums: Totals }> {
  const currencyBefore = document.currency
  if (given.currency) document.currency = given.currency
  await setWrittenRate(scope, document, { rate: given.rate, currencyBefore, on, isMoved })
  const { currency } = document
  if (given.lines && given.lines.length > lineLimit)
    throw new UserError('LINES_TOO_MANY', `A document can have at most ${lineLimit} lines; split it up.`, 'lines')
  const lines = given.lines
    ? given.lines.map((line, at) => make(lineValues(line, at + 1, currency)))
    : given.currency
      ? present.map(line => make({ ...line, currency, net: lineNet(line, currency) }))
      : [...present]
  const sums = totals(lines, withholding, currency)
  Object.assign(document, { net: sums.net, tax: sums.tax })
  convertNet(scope, document)
  return { lines, sums }
}

/** The same for a document with a total. */
export async function draftTotalled<L extends DocumentLine>(
  scope: WriteScope,
  document: TotalledRow,
  given: DocumentFields,
  drafting: Drafting<L>,
): Promise<L[]> {
  const { lines, sums } = await draftDocument(scope, document, given, drafting)
  document.total = safe(sums.net + sums.tax)
  convertTotalled(scope, document)
  return lines
}

/** The amount of a document in base, at its own rate. */
export function convertNet({ organization: { baseCurrency } }: WriteScope, document: DocumentRow) {
  const { rate, net, currency } = document
  document.netBase = inBaseAt(rate, net, currency, baseCurrency)
}

export function convertTotalled(scope: WriteScope, document: TotalledRow) {
  const { rate, total, currency } = document
  convertNet(scope, document)
  document.totalBase = inBaseAt(rate, total, currency, scope.organization.baseCurrency)
}

/** The lines as history shows them. */
export const describeLines = (lines: readonly DocumentLine[]) =>
  lines.map(line => ({
    description: line.description,
    quantity: formatDecimal(line.quantity, 4),
    unitPrice: formatDecimal(line.unitPrice, 6),
    discount: formatDecimal(line.discount, 4),
    taxRate: line.taxRate === null ? null : formatDecimal(line.taxRate, 4),
  }))

type HistoryLine = ReturnType<typeof describeLines>[number]

export const isHistoryLine = (value: unknown): value is HistoryLine =>
  typeof value === 'object' && value !== null && 'description' in value && 'quantity' in value && 'unitPrice' in value

/** A line of the history as people write it: "2 × Consultoria at 60.00 EUR, 10 % off, tax 21 %". */
export function describeLine(
  { description, quantity, unitPrice, discount, taxRate }: HistoryLine,
  currency: unknown,
): string {
  const known = typeof currency === 'string' && isCurrency(currency) ? currency : null
  const [whole, decimals = ''] = shortest(unitPrice).split('.')
  const padded = known ? decimals.padEnd(decimalsOf(known), '0') : decimals
  const price = `${whole}${padded && '.'}${padded}${known ? ` ${known}` : ''}`
  const off = /[1-9]/.test(discount) ? `, ${shortest(discount)} % off` : ''
  return `${shortest(quantity)} × ${description} at ${price}${off}${taxRate === null ? '' : `, tax ${shortest(taxRate)} %`}`
}

/** Replaces the lines of a draft. */
export async function replaceLines<L extends DocumentLine & ObjectLiteral>(
  scope: WriteScope,
  type: ClassType<L>,
  by: keyof L & string,
  id: string,
  lines: readonly Row[],
) {
  await scope.removeParts(type, by, id)
  await scope.insertParts(lines)
}

function lineValues(line: LineInput, position: number, currency: string): Partial<DocumentLine> {
  const at = (field: string) => `lines.${position - 1}.${field}`
  const values = {
    position,
    currency,
    description: normalText(line.description),
    quantity: read(line.quantity, 4, at('quantity')),
    unitPrice: read(line.unitPrice, 6, at('unitPrice')),
    discount: line.discount ? read(line.discount, 4, at('discount')) : 0n,
    taxRate: line.taxRate ? read(line.taxRate, 4, at('taxRate')) : null,
  }
  if (values.quantity <= 0n)
    throw new UserError(
      'QUANTITY_INVALID',
      `Line ${position}: a quantity must be greater than 0; use a credit note to deduct.`,
      at('quantity'),
    )
  if (values.unitPrice < 0n)
    throw new UserError(
      'PRICE_INVALID',
      `Line ${position}: a price must be 0 or more; use a credit note to deduct.`,
      at('unitPrice'),
    )
  if (values.discount < 0n || values.discount > hundred)
    throw new UserError('DISCOUNT_INVALID', `Line ${position}: a discount must be 0 to 100 percent.`, at('discount'))
  if (values.taxRate !== null && (values.taxRate < 0n || values.taxRate > hundred))
    throw new UserError('TAX_RATE_INVALID', `Line ${position}: a tax rate must be 0 to 100 percent.`, at('taxRate'))
  return { ...values, net: lineNet(values, currency) }
}

/** A decimal of an input, its error naming the field. */
export function read(text: string, places: number, field: string): bigint {
  try {
    return parseDecimal(text, places)
  } catch (error) {
    throw error instanceof UserError ? new UserError(error.code, error.message, field) : error
  }
}
