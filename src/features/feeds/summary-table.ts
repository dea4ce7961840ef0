import { summaryKind } from '../../database/effects/change-log.js'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { formatMoney } from '../../lib/money.js'
import type { Cell } from '../../lib/table/column.js'
import {
  amountsOf,
  baseOf,
  turned,
  flatFigures,
  knownBaseOf,
  readFlatFigures,
  withoutRateOf,
  type FlatFigure,
  type Packed,
  type PackedSum,
} from '../figures/index.js'
import { amountType, deletedAt, type Asked, type FeedColumn, type FeedTable } from './feed-table.js'

/** The columns of the clients' table that a summary repeats. */
export const ofClient = [
  'external_id',
  'legal_name',
  'trade_name',
  'tax_id',
  'city',
  'region',
  'country',
  'email',
  'tags',
  'owner_id',
  'archived_at',
  'created_at',
  'updated_at',
]

/** The same, and what stands in another record. */
const clientColumns = new Set([...ofClient, 'owner_name'])

const clientId: FeedColumn = { name: 'client_id', type: 'text', nullable: false, description: 'The id of the client.' }
const asOf: FeedColumn = {
  name: 'as_of',
  type: 'date',
  nullable: true,
  description: 'The day that the figures hold for, in the time zone of the organisation.',
}
const baseCurrency: FeedColumn = {
  name: 'base_currency',
  type: 'text',
  nullable: true,
  description: 'The currency of all amounts of the row: the base currency of the organisation.',
}

/** One row per client with every figure of its overview. */
export function summaryTable(clients: FeedTable): FeedTable {
  const figures = new Map(
    flatFigures().flatMap(figure => columnsOf(figure).map(column => [column.name, { figure, column }] as const)),
  )
  const known = clients.columns.filter(({ name }) => clientColumns.has(name))
  return {
    name: 'client-summaries',
    description:
      'One row per client, archived ones included, with every figure of its overview on one day. Amounts are in the base currency. Those in _base are empty where a document that contributes has no rate to it: _known_base beside them sums the others, and _without_rate says how many have none. The table client-currency-summaries has the amounts in their own currencies.',
    permission: 'clients:read',
    kind: summaryKind,
    belongsBy: 'client_id',
    key: ['client_id'],
    turned: turned(),
    columns: [clientId, ...known, asOf, baseCurrency, ...[...figures.values()].map(({ column }) => column), deletedAt],
    async rows(scope, ids, asked) {
      const shown = known.filter(({ name }) => asked.columns.some(column => column.name === name))
      const [{ read, none, valuesOf }, clientOf] = await Promise.all([
        figuresOf(scope, ids, asked, name => figures.get(name)?.figure),
        clients.rows(scope, ids, { ...asked, columns: shown }),
      ])
      const base = scope.organization.baseCurrency
      const everyRow = new Map<string, Cell>([
        [asOf.name, asked.asOf],
        [baseCurrency.name, base],
      ])
      const places = asked.columns.map(({ name }, place) => {
        const figure = figures.get(name)?.figure
        return {
          name,
          place,
          known: shown.findIndex(column => column.name === name),
          figure,
        }
      })
      const figurePlaces = places.flatMap(({ name, place, figure }) =>
        figure ? [{ place, at: read.indexOf(figure), cellOf: sideOf(name, figure) }] : [],
      )
      const clientPlaces = places.filter(({ known }) => known >= 0)
      const idPlaces = places.filter(({ name }) => name === clientId.name)
      // A row begins with the values of a client without records, since most figures of most clients are empty.
      const blank = asked.columns.map(({ name }) => everyRow.get(name) ?? null)
      for (const { place, at, cellOf } of figurePlaces) blank[place] = cellOf(none[at] ?? null, base)
      const rowOf = (id: string, client: readonly Cell[]) => {
        const cells = blank.slice()
        for (const { place } of idPlaces) cells[place] = id
        for (const { place, known } of clientPlaces) cells[place] = client[known] ?? null
        const values = valuesOf(id)
        if (values !== none)
          for (const { place, at, cellOf } of figurePlaces)
            if (values[at] !== none[at]) cells[place] = cellOf(values[at] ?? null, base)
        return cells
      }
      return id => clientOf(id).map(client => rowOf(id, client))
    },
  }
}

/** The amounts of the summaries in their own currencies: one row per client and currency. */
export function currencySummaryTable(): FeedTable {
  const amounts = new Map(
    flatFigures()
      .filter(({ kind }) => kind === 'amount')
      .map(figure => [figure.name, figure]),
  )
  const currency: FeedColumn = {
    name: 'currency',
    type: 'text',
    nullable: true,
    description: 'The currency of all amounts of the row.',
  }
  return {
    name: 'client-currency-summaries',
    description:
      'The amounts of client-summaries in their own currencies: one row per client and currency that it has documents in. In an incremental pull all rows of a client come whenever one changed, after a row that says that those before are gone.',
    permission: 'clients:read',
    kind: summaryKind,
    belongsBy: 'client_id',
    isReplaced: true,
    key: ['client_id', 'currency'],
    turned: turned(),
    columns: [
      clientId,
      { ...currency, nullable: true },
      asOf,
      ...[...amounts.values()].map(({ name, description, permission }): FeedColumn => ({
        name,
        type: amountType,
        nullable: true,
        description,
        permission,
      })),
      deletedAt,
    ],
    async rows(scope, ids, asked) {
      const { read, valuesOf } = await figuresOf(scope, ids, asked, name => amounts.get(name))
      const base = scope.organization.baseCurrency
      return id => {
        const sums = valuesOf(id) as (PackedSum | null)[] // all of them are amounts
        const own = sums.map(sum => (sum === null ? null : amountsOf(sum, base)))
        const currencies = [...new Set(own.flatMap(amounts => amounts?.map(({ currency }) => currency) ?? []))].sort()
        return currencies.map(code =>
          asked.columns.map(({ name }): Cell => {
            const figure = amounts.get(name)
            if (figure) {
              const amounts = own[read.indexOf(figure)]
              return amounts
                ? (amounts.find(({ currency }) => currency === code)?.amount ?? formatMoney(0n, code))
                : null
            }
            return name === clientId.name ? id : name === currency.name ? code : name === asOf.name ? asked.asOf : null
          }),
        )
      }
    },
  }
}

async function figuresOf(
  scope: ReadScope,
  ids: readonly string[],
  { columns, asOf, allBetween, keep }: Asked,
  shownBy: (column: string) => FlatFigure | undefined,
) {
  const read = [...new Set(columns.flatMap(({ name }) => shownBy(name) ?? []))]
  const [from, to] = [ids[0], ids.at(-1)]
  const range = allBetween && from !== undefined && to !== undefined ? { from, to } : undefined
  const found = await readFlatFigures(scope, ids, read, asOf, range)
  keep?.(found.missing)
  return { read, ...found }
}

type CellOf = (value: Packed, baseCurrency: string) => Cell

const ofSum =
  (side: (sum: PackedSum, baseCurrency: string) => Cell): CellOf =>
  (value, baseCurrency) =>
    value === null ? null : side(value as PackedSum, baseCurrency) // of a column that only amounts have

/** Which side of a figure a column shows. */
function sideOf(column: string, { kind }: FlatFigure): CellOf {
  if (kind !== 'amount') return value => value as Cell // a number or a decimal
  if (column.endsWith('_without_rate')) return ofSum(withoutRateOf)
  return ofSum(column.endsWith('_known_base') ? knownBaseOf : baseOf)
}

export function columnsOf({ name, kind, description, permission }: FlatFigure): FeedColumn[] {
  if (kind !== 'amount')
    return [{ name, type: kind === 'integer' ? 'integer' : 'decimal(18,2)', nullable: true, description, permission }]
  return [
    {
      name: `${name}_base`,
      type: amountType,
      nullable: true,
      description: `${description} In the base currency; nothing where a document that contributes has no rate.`,
      permission,
    },
    {
      name: `${name}_known_base`,
      type: amountType,
      nullable: true,
      description: `${description} In the base currency, of those documents that have a rate: columns of it can be summed.`,
      permission,
    },
    {
      name: `${name}_without_rate`,
      type: 'integer',
      nullable: true,
      description: `How many of the documents in ${name}_base have no rate to the base currency.`,
      permission,
    },
  ]
}
