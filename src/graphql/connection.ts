import { Field, Int, ObjectType, type ClassType } from 'type-graphql'
import { cursorOf, type Keyset, type Placed, type Slice } from '../database/keyset.js'
import { withArticle } from '../lib/article.js'
import type { Cost } from '../model/cost.js'
import type { Row } from '../model/field-definition.js'

@ObjectType('PageInfo', { description: 'Where a page stands in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow after `endCursor`.' })
  hasNextPage: boolean

  @Field(() => Boolean, { description: 'Whether some come before `startCursor`.' })
  hasPreviousPage: boolean

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first record of the page; null on an empty page.',
  })
  startCursor: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last record of the page; null on an empty page.',
  })
  endCursor: string | null
}

/** The value that a resolver returns for a connection: nothing is read before a field asks for it. */
export class Page<T extends Row> {
  private slice?: Promise<Slice<T>>

  /** `read` gets whether it may leave out what no field of the document needs. */
  constructor(
    readonly keyset: Keyset,
    private readonly read: (inPart: boolean) => Promise<Slice<T>>,
    readonly count: () => Promise<number>,
  ) {}

  load() {
    return (this.slice ??= this.read(true))
  }

  /** The same page of what its records are made into, all at once. */
  of<U extends Row>(make: (rows: T[]) => Promise<U[]>): Page<U> {
    return new Page<U>(
      this.keyset,
      async () => {
        const { rows, ...slice } = await this.read(false)
        const made = await make(rows.map(({ row }) => row))
        return { ...slice, rows: made.map((row, at) => ({ row, value: rows[at]?.value ?? null })) }
      },
      this.count,
    )
  }

  cursor({ row, value }: Placed<T>): string {
    return cursorOf(this.keyset, { value, id: row.id })
  }
}

/** The resolvers of a connection's fields. */
export const pageResolvers = {
  nodes: async (page: Page<Row>) => (await page.load()).rows.map(({ row }) => row),
  edges: async (page: Page<Row>) =>
    (await page.load()).rows.map(placed => ({ node: placed.row, cursor: page.cursor(placed) })),
  totalCount: (page: Page<Row>) => page.count(),
  pageInfo: async (page: Page<Row>): Promise<PageInfo> => {
    const { rows, hasNextPage, hasPreviousPage } = await page.load()
    const [first, last] = [rows[0], rows.at(-1)]
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: first ? page.cursor(first) : null,
      endCursor: last ? page.cursor(last) : null,
    }
  },
}

/** The cost of a list that costs more than others: to count it, and to filter it. */
export interface ListCosts {
  count?: Cost
  filter?: Cost
}

const connections = new Map<string, ListCosts>()

/** The types whose fields `pageResolvers` resolve, and what they cost. */
export const connectionCosts = (): ReadonlyMap<string, ListCosts> => connections
export const connectionNames = () => [...connections.keys()]

/** The type of the pages of a list of such objects. */
export function connectionOf(name: string, type: ClassType<Row>, cost: ListCosts = {}): ClassType {
  @ObjectType(`${name}Edge`, { description: `${withArticle(name, true)} in a list.`, simpleResolvers: true })
  class Edge {
    @Field(() => type, { description: 'The record.' })
    node: Row

    @Field(() => String, { description: 'Where it stands, for `after` and `before`.' })
    cursor: string
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name} records.`, simpleResolvers: true })
  class Connection {
    @Field(() => [type], { description: 'The records of the page.' })
    nodes: Row[]

    @Field(() => [Edge], { description: 'The records of the page with their cursors.' })
    edges: Edge[]

    @Field(() => PageInfo, { description: 'Whether there is more, and from where.' })
    pageInfo: PageInfo

    @Field(() => Int, {
      description: 'How many records the whole list has. The server counts only when this field is selected.',
    })
    totalCount: number
  }
  connections.set(`${name}Connection`, cost)
  return Connection
}
