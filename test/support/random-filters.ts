import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
} from 'graphql'
import { fold } from '../../src/lib/fold.js'
import type { Random } from './random.js'
import { schema } from './walk.js'
import type { Json } from './world.js'

type Value = string | number | boolean | string[] | null
type Test = (row: Json) => boolean
export type Drawn = [filter: object, fits: Test]

/** The value in the answer of the API that a filter's field is compared with. */
interface Compared {
  of: (row: Json) => Value
  /** Whether case and accents are set aside: only for parts of the text, or for the whole of it as well. */
  folded?: 'parts' | 'whole'
  /** As how many conditions it counts. */
  cost: number
}

/** A list, and how each field of its filter is told from the records themselves. */
export interface Subject {
  list: string
  filter: string
  selection: string
  fields: Record<string, Compared>
}

const plain = (name: string, folded?: Compared['folded']): Compared => ({ of: row => row[name], folded, cost: 1 })
const worked = (of: Compared['of'], folded?: Compared['folded']): Compared => ({ of, folded, cost: 10 })
const own = (...names: string[]) => Object.fromEntries(names.map(name => [name, plain(name)]))

export const subjects: Subject[] = [
  {
    list: 'projects(first: 100',
    filter: 'ProjectFilter',
    selection: 'id name code state openedOn plannedEndOn billable clientId updatedAt totalHours client { legalName }',
    fields: {
      ...own('id', 'code', 'state', 'openedOn', 'plannedEndOn', 'billable', 'clientId', 'updatedAt'),
      name: plain('name', 'parts'),
      clientName: worked(({ client }) => client.legalName, 'whole'),
      totalHours: worked(({ totalHours }) => Number(totalHours)),
    },
  },
  {
    list: 'clients(first: 100, archived: INCLUDE',
    filter: 'ClientFilter',
    selection:
      'id legalName tags ownerId archivedAt paymentTermsDays taxId address { city country } owner { name } open: deals(filter: { category: { eq: OPEN } }) { totalCount } activity(first: 1) { nodes { at } }',
    fields: {
      ...own('id', 'tags', 'ownerId', 'archivedAt', 'paymentTermsDays'),
      legalName: plain('legalName', 'parts'),
      city: worked(({ address }) => address.city),
      country: worked(({ address }) => address.country),
      ownerName: worked(({ owner }) => owner?.name ?? null, 'whole'),
      openDeals: worked(({ open }) => open.totalCount),
      lastActivityAt: worked(({ activity }) => activity.nodes[0]?.at ?? null),
      taxIdPresent: worked(({ taxId }) => taxId !== null),
    },
  },
  {
    list: 'deals(first: 100',
    filter: 'DealFilter',
    selection: 'id title currency probability stageId category ownerId expectedCloseOn closedOn valueBase { amount }',
    fields: {
      ...own('id', 'currency', 'probability', 'stageId', 'category', 'ownerId', 'expectedCloseOn', 'closedOn'),
      title: plain('title', 'parts'),
      valueBase: { of: ({ valueBase }) => (valueBase ? Number(valueBase.amount) : null), cost: 1 },
    },
  },
  {
    list: 'timeEntries(first: 100',
    filter: 'TimeEntryFilter',
    selection: 'id date minutes billable note userId',
    fields: own('id', 'date', 'minutes', 'billable', 'note', 'userId'),
  },
]

const inputType = (name: string): GraphQLInputObjectType => {
  const type = schema.getType(name)
  if (!isInputObjectType(type)) throw new Error(`There is no input ${name}.`)
  return type
}

/** `TextFilter`, `Boolean` …; all kinds of states are one. */
function kindOf(type: GraphQLNamedType): string {
  const eq = isInputObjectType(type) ? type.getFields().eq : undefined
  return eq && isEnumType(getNamedType(eq.type)) ? 'choice' : type.name
}

/** Every kind of field that any filter of the schema has, with its operators: `TextFilter.startsWith`. */
export const everyOperator = () =>
  [
    ...new Set(
      Object.values(schema.getTypeMap()).flatMap(type => {
        if (!type || !isInputObjectType(type) || !type.getFields().and) return []
        return Object.values(type.getFields()).flatMap(field => {
          const named = getNamedType(field.type)
          if (['and', 'or', 'not', 'search'].includes(field.name)) return []
          return isInputObjectType(named)
            ? Object.keys(named.getFields()).map(operator => `${kindOf(named)}.${operator}`)
            : [`${named.name}.eq`]
        })
      }),
    ),
  ].sort()

const order: Record<string, (a: string | number, b: string | number) => boolean> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
}

/** Draws filters of one list, each with a plain look at a record that tells whether it fits; notes what it drew. */
export class RandomFilters {
  readonly drawn = new Set<string>()
  private cost = 0

  constructor(
    private readonly random: Random,
    private readonly subject: Subject,
    private readonly rows: readonly Json[],
  ) {}

  /** At most so large that the API takes it. */
  next(): Drawn {
    for (;;) {
      this.cost = 0
      const drawn = this.node(3, '')
      if (this.cost <= 100) return drawn
    }
  }

  private node(depth: number, within: string): Drawn {
    this.cost++
    if (depth === 0 || this.random.chance(0.25)) return this.leaf(within)
    const kind = this.random.pick(['and', 'or', 'not'] as const)
    this.drawn.add(within ? `${kind} in ${within}` : kind)
    if (kind === 'not') {
      const [filter, fits] = this.node(depth - 1, kind)
      return [{ not: filter }, row => !fits(row)]
    }
    const parts = Array.from({ length: this.random.integer(0, 2) }, () => this.node(depth - 1, kind))
    this.drawn.add(`${kind} of ${parts.length}`)
    const filters = parts.map(([filter]) => filter)
    return kind === 'and'
      ? [{ and: filters }, row => parts.every(([, fits]) => fits(row))]
      : [{ or: filters }, row => parts.some(([, fits]) => fits(row))]
  }

  /** Conditions on one or two fields, each with one or two operators: all must hold. */
  private leaf(within: string): Drawn {
    const names = this.random.shuffled(Object.keys(this.subject.fields)).slice(0, this.random.integer(1, 2))
    const parts = names.map(name => this.field(name, within))
    return [
      Object.fromEntries(parts.map(({ name, given }) => [name, given])),
      row => parts.every(({ fits }) => fits(row)),
    ]
  }

  private field(name: string, within: string): { name: string; given: unknown; fits: Test } {
    const compared = this.subject.fields[name]
    const type = inputType(this.subject.filter).getFields()[name]?.type
    if (!compared || !type) throw new Error(`${this.subject.filter} has no ${name}.`)
    const named = getNamedType(type)
    const kind = kindOf(named)
    const note = (operator: string) => {
      this.cost += compared.cost
      this.drawn.add(`${kind}.${operator}`)
      if (within === 'not' && this.rows.some(row => compared.of(row) === null)) this.drawn.add(`not of a null ${kind}`)
    }
    if (!isInputObjectType(named)) {
      const value = this.random.chance(0.5)
      note('eq')
      return { name, given: value, fits: row => compared.of(row) === value }
    }
    const operators = this.random.shuffled(Object.keys(named.getFields())).slice(0, this.random.chance(0.2) ? 2 : 1)
    operators.forEach(note)
    const conditions = operators.map(operator => ({ operator, ...this.condition(compared, kind, operator) }))
    return {
      name,
      given: Object.fromEntries(conditions.map(({ operator, value }) => [operator, value])),
      fits: row => conditions.every(({ fits }) => fits(compared.of(row))),
    }
  }

  private condition(
    { of, folded }: Compared,
    kind: string,
    operator: string,
  ): { value: unknown; fits: (value: Value) => boolean } {
    const whole = (value: Value) => (folded === 'whole' && typeof value === 'string' ? fold(value) : value)
    const part = (value: string) => (folded ? fold(value) : value)
    const wanted = () => this.sample(of) ?? (kind === 'DecimalFilter' || kind === 'IntFilter' ? 1 : '2026-01-15')
    const asked = (value: Value) => (kind === 'DecimalFilter' ? String(value) : value)
    if (operator === 'isNull' || operator === 'isEmpty') {
      const value = this.random.chance(0.5)
      return {
        value,
        fits: row => (operator === 'isNull' ? row === null : Array.isArray(row) && row.length === 0) === value,
      }
    }
    if (kind === 'TextsFilter') return this.tags(of, operator)
    if (operator === 'startsWith' || operator === 'contains') {
      const text = String(this.sample(of) ?? 'C')
      const at = operator === 'contains' ? this.random.integer(0, Math.max(0, text.length - 1)) : 0
      const cut = text.slice(at, at + this.random.integer(1, 3))
      const value = this.random.chance(0.3) ? cut.toUpperCase() : cut
      return {
        value,
        fits: row =>
          typeof row === 'string' &&
          (operator === 'contains' ? part(row).includes(part(value)) : part(row).startsWith(part(value))),
      }
    }
    if (operator === 'in' || operator === 'notIn') {
      const values = Array.from({ length: this.random.integer(0, 3) }, () => this.valid(kind, wanted()))
      return {
        value: values.map(asked),
        fits: row => row !== null && values.map(whole).includes(whole(row)) === (operator === 'in'),
      }
    }
    const value = this.valid(kind, wanted())
    if (operator === 'eq') return { value: asked(value), fits: row => row !== null && whole(row) === whole(value) }
    const compare = order[operator]
    if (!compare) throw new Error(`Say in test/support/random-filters.ts what ${operator} means.`)
    return { value: asked(value), fits: row => row !== null && compare(row as number, value as number) } // of one kind, both texts or both numbers
  }

  /** The placeholder for a missing value, in the form of its kind. */
  private valid(kind: string, value: Value): Value {
    if (value !== '2026-01-15') return value
    return { DateTimeFilter: '2026-01-15T00:00:00.000Z', CurrencyFilter: 'CHF' }[kind] ?? value
  }

  private tags(of: Compared['of'], operator: string): { value: unknown; fits: (value: Value) => boolean } {
    const tag = () =>
      this.random.pick([
        't0',
        't1',
        't2',
        't3',
        't4',
        'T1',
        't',
        ...[this.sample(of)].flat().filter(each => typeof each === 'string'),
      ])
    const held = (row: Value) => (Array.isArray(row) ? row : [])
    if (operator === 'has') {
      const value = tag()
      return { value, fits: row => held(row).includes(value) }
    }
    const values = Array.from({ length: this.random.integer(0, 2) }, tag)
    return {
      value: values,
      fits: row =>
        operator === 'hasAll'
          ? values.every(each => held(row).includes(each))
          : values.some(each => held(row).includes(each)),
    }
  }

  private sample(of: Compared['of']): Value {
    return of(this.random.pick(this.rows))
  }
}
