import { GraphQLScalarType } from 'graphql'
import { type ClassType, Int } from 'type-graphql'
import { declaredFields } from '../../graphql/declared-fields.js'
import { MoneySum } from '../../model/money.js'
import { Groups, type Frame, type Section } from './section.js'
import { packSum, unpackSum, type Packed, type PackedSum } from './packed-sum.js'
import { blocks } from './registry.js'

/** A figure of a section. */
export interface PackedFigure {
  kind: 'integer' | 'decimal' | 'amount'
  /** Whether it has no past days, so that it is empty on them. */
  nullable: boolean
  /** Where it is in the fields of its section. In a list with one element for each state, the state names each element. */
  path: readonly string[]
  /** Those of the fields on the way to it. */
  descriptions: readonly string[]
}

type Fields = Record<string, unknown>
/** Makes a value of the fields from the packed figures. */
type Make = (values: readonly Packed[], frame: Frame) => unknown

/** The frame of the fields that others are made after. */
const blank: Frame = { clientId: '', asOf: '', isToday: true, baseCurrency: 'EUR' }

/** How the figures of a section stand side by side, and become its fields again. */
export class Packing {
  readonly figures: readonly PackedFigure[]
  /** What a client without records has: today, and on other days. */
  private readonly nothing: { today: readonly Packed[]; past: readonly Packed[] }
  private readonly Fields: new (values: readonly Packed[], frame: Frame) => object

  constructor(section: Section) {
    const isOfToday = blocks[section.block]?.sources.length === 0
    this.figures = figuresIn(section.type, [], isOfToday)
    const fields = section.of(new Groups(blank, []))
    this.nothing = {
      today: this.pack(fields),
      past: this.pack(section.of(new Groups({ ...blank, isToday: false }, []))),
    }
    this.Fields = this.classOf(fields as Fields) // today has all of them
  }

  none(isToday: boolean) {
    return isToday ? this.nothing.today : this.nothing.past
  }

  pack(fields: unknown): Packed[] {
    return this.figures.map(({ path, kind }) => {
      const value = valueAt(fields, path)
      return kind === 'amount' && value !== null ? packSum(value as MoneySum) : (value as Packed) // as the type has it
    })
  }

  /** The fields of a day that has all of them, made as they are asked for. */
  unpack(values: readonly Packed[], frame: Frame): object {
    return new this.Fields(values, frame)
  }

  private classOf(fields: Fields) {
    class Made extends LazyFields {}
    for (const [at, [name, value]] of Object.entries(fields).entries()) {
      if (value === blank) continue
      const make = this.makerOf(value, [name])
      Object.defineProperty(Made.prototype, name, {
        get(this: LazyFields) {
          return (this.made[at] ??= make(this.values, this.frame))
        },
      })
    }
    return Made
  }

  /** Makes what stands in these fields of nothing, with the figures of others. */
  private makerOf(value: unknown, path: readonly string[]): Make {
    const at = this.figures.findIndex(figure => figure.path.join() === path.join())
    if (at >= 0)
      return this.figures[at]?.kind === 'amount'
        ? (values, { baseCurrency }) => unpackSum(values[at] as PackedSum, baseCurrency) // as `pack` has it
        : values => values[at]
    if (value === blank) return (_, frame) => frame
    if (Array.isArray(value)) {
      const makers = (value as { state: string }[]).map(each => this.makerOf(each, [...path, each.state])) // as figuresIn has it
      return (values, frame) => makers.map(make => make(values, frame))
    }
    if (typeof value !== 'object' || value === null) return () => value
    const makers = Object.entries(value).map(([name, each]) => [name, this.makerOf(each, [...path, name])] as const)
    return (values, frame) => {
      const made: Fields = {}
      for (const [name, make] of makers) made[name] = make(values, frame)
      return made
    }
  }
}

/** Fields that are made when they are asked for, and then kept. */
class LazyFields {
  readonly made: unknown[] = []

  constructor(
    readonly values: readonly Packed[],
    readonly frame: Frame,
  ) {}
}

const packings = new Map<Section, Packing>()

export function packingOf(section: Section): Packing {
  const known = packings.get(section)
  if (known) return known
  const made = new Packing(section)
  packings.set(section, made)
  return made
}

function figuresIn(type: ClassType, path: readonly string[], within: boolean): PackedFigure[] {
  return declaredFields(type).flatMap(({ name, description, type, ...field }): PackedFigure[] => {
    if (isEnum(type)) return []
    const at = [...path, name]
    const nullable = within || field.nullable
    if (type === Int) return [{ path: at, descriptions: [description], kind: 'integer', nullable }]
    if (type instanceof GraphQLScalarType) return [{ path: at, descriptions: [description], kind: 'decimal', nullable }]
    if (type === MoneySum) return [{ path: at, descriptions: [description], kind: 'amount', nullable }]
    const inner = type as ClassType // neither scalar nor enum
    const listed = declaredFields(inner).find(field => isEnum(field.type))
    const below = listed
      ? Object.keys(listed.type).map(state => ({ path: [...at, state], description: state }))
      : [{ path: at, description }]
    return below.flatMap(({ path, description }) =>
      figuresIn(inner, path, nullable).map(found => ({ ...found, descriptions: [description, ...found.descriptions] })),
    )
  })
}

const isEnum = (type: object) => typeof type === 'object' && !(type instanceof GraphQLScalarType)

function valueAt(fields: unknown, path: readonly string[]): unknown {
  let value = fields
  for (const name of path) {
    if (value === null || value === undefined) return null
    value = Array.isArray(value)
      ? (value as { state: string }[]).find(({ state }) => state === name)
      : (value as Fields)[name] // as figuresIn found the path
  }
  return value ?? null
}
