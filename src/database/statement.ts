import { snake } from '../lib/snake.js'
import type { Parameters } from '../model/condition.js'
import type { EntityMetadata } from '../model/entity-metadata.js'

const mostStatements = 2000
/** A longer list is not filled up: MariaDB makes a table of one with 1,000 values. */
const longestList = 512

interface Place {
  name: string
  isList: boolean
  /** Whether the list stands alone in an IN, where a value may be repeated. */
  isIn: boolean
}

/**
 * A statement with names for its values, such as `:id` or `:...ids`, read once. Lists are filled up to a power of two
 * with their last value, so that few texts come of lists of many lengths, and the database keeps them prepared.
 */
export class Statement {
  private static readonly known = new Map<string, Statement>()

  /** With `record`, its properties may be named as `t.legalName`. */
  static of(sql: string, record?: EntityMetadata): Statement {
    const key = record ? `${record.table} ${sql}` : sql
    const known = Statement.known.get(key)
    if (known) return known
    const made = new Statement(sql, record)
    Statement.known.set(key, made)
    if (Statement.known.size > mostStatements) Statement.known.delete(Statement.known.keys().next().value ?? '')
    return made
  }

  /** The text between the places of values. */
  private readonly between: string[] = ['']
  private readonly places: Place[] = []
  private readonly hasList: boolean
  private readonly plain: string

  private constructor(sql: string, record?: EntityMetadata) {
    const properties = new Set(record?.fields.map(({ name }) => name))
    let from = 0
    for (const found of sql.matchAll(words)) {
      const [text, property, dots, name] = found
      this.add(sql.slice(from, found.index))
      from = found.index + text.length
      if (name !== undefined) this.place(name, dots !== undefined, sql[from] === ')')
      else this.add(property !== undefined && properties.has(property) ? `t.\`${snake(property)}\`` : text)
    }
    this.add(sql.slice(from))
    this.hasList = this.places.some(({ isList }) => isList)
    this.plain = this.between.join('?')
  }

  /** The text and the values that the database gets. */
  bind(parameters: Parameters): [text: string, values: unknown[]] {
    const values: unknown[] = []
    if (!this.hasList) {
      for (const { name } of this.places) values.push(valueOf(parameters, name))
      return [this.plain, values]
    }
    let text = this.between[0] ?? ''
    for (const [at, { name, isList, isIn }] of this.places.entries()) {
      const value = valueOf(parameters, name)
      const list = isList ? (value as readonly unknown[]) : [value] // `:...` says that it is one
      const size = isIn ? sizeOf(list.length) : list.length
      for (let each = 0; each < size; each++) values.push(list[Math.min(each, list.length - 1)])
      text += '?, '.repeat(size).slice(0, -2) + (this.between[at + 1] ?? '')
    }
    return [text, values]
  }

  private add(text: string) {
    this.between[this.between.length - 1] += text
  }

  private place(name: string, isList: boolean, closes: boolean) {
    const isIn = isList && closes && /\bIN \($/i.test(this.between.at(-1) ?? '')
    this.places.push({ name, isList, isIn })
    this.between.push('')
  }
}

/** Texts in quotes, properties of `t`, and names of values. */
const words = /'[^']*'|\bt\.([a-z]\w*)|:(\.\.\.)?([A-Za-z]\w*)/g

const sizeOf = (length: number) => (length === 0 || length > longestList ? length : 2 ** Math.ceil(Math.log2(length)))

function valueOf(parameters: Parameters, name: string): unknown {
  // SQLite takes a name without a value for NULL, and would answer another question.
  if (!Object.hasOwn(parameters, name)) throw new Error(`A statement was given no value for :${name}.`)
  return parameters[name]
}
