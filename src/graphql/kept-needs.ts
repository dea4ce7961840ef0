import {
  getNamedType,
  GraphQLInt,
  isInputObjectType,
  isInputType,
  isScalarType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import type { Permission } from '../model/permission.js'
import { limits } from './limits.js'
import type { Needs } from './needs.js'

/** The part of the needs that is kept, of an operation that was not refused. */
export interface KnownNeeds extends Pick<Needs, 'cost' | 'partFields'> {
  permissions: readonly Permission[]
}

/** How many shapes of variables are kept for an operation, and how long each may be. */
const most = { shapes: 20, letters: 2_000 }

type Variable = readonly [name: string, type: GraphQLInputType | undefined]

/**
 * Keeps the needs of an operation by the shape of its variables, which is all that graphql/needs.ts reads of them. One page after
 * another has the same shape, and so have two records that are read by their ids.
 */
export class KeptNeeds {
  private readonly variables = new WeakMap<OperationDefinitionNode, readonly Variable[]>()
  private readonly known = new WeakMap<OperationDefinitionNode, Map<string, KnownNeeds>>()

  constructor(private readonly schema: GraphQLSchema) {}

  /** Returns undefined where the variables are too large to be kept, or do not fit their types. */
  shapeOf(operation: OperationDefinitionNode, given: Record<string, unknown>): string | undefined {
    const shape = new Shape()
    for (const [name, type] of this.variablesOf(operation)) {
      if (!type) return undefined
      if (getNamedType(type) === GraphQLInt) shape.addNumber(given[name])
      else shape.add(type, given[name])
      if (!shape.fits) return undefined
    }
    return shape.text
  }

  get(operation: OperationDefinitionNode, shape: string): KnownNeeds | undefined {
    return this.known.get(operation)?.get(shape)
  }

  set(operation: OperationDefinitionNode, shape: string, { cost, partFields, permissions }: Needs) {
    const shapes = this.known.get(operation) ?? new Map<string, KnownNeeds>()
    this.known.set(operation, shapes)
    shapes.set(shape, { cost, partFields, permissions: [...new Set(permissions.map(each => each.permission))] })
    const [first] = shapes.keys()
    if (shapes.size > most.shapes && first !== undefined) shapes.delete(first)
  }

  private variablesOf(operation: OperationDefinitionNode): readonly Variable[] {
    const known = this.variables.get(operation)
    if (known) return known
    const made = (operation.variableDefinitions ?? []).map(({ variable, type: node }): Variable => {
      const type = typeFromAST(this.schema, node as never) // each of its overloads takes one kind of type
      return [variable.name.value, isInputType(type) ? type : undefined]
    })
    this.variables.set(operation, made)
    return made
  }
}

/** Says which values are given, how many each list has, which values of enums stand where, and the numbers that may be sizes of pages. */
class Shape {
  text = ''
  private isKnown = true

  get fits(): boolean {
    return this.isKnown && this.text.length <= most.letters
  }

  addNumber(value: unknown) {
    this.isKnown &&= value === undefined || value === null || typeof value === 'number'
    this.text += `${typeof value === 'number' ? value : '-'};`
  }

  add(type: GraphQLInputType, value: unknown, depth = 0) {
    this.isKnown &&= depth <= limits.inputDepth
    if (!this.fits) return
    const named = getNamedType(type)
    if (value === undefined || value === null) this.text += '-'
    else if (isScalarType(named)) this.text += Array.isArray(value) ? `[${value.length}]` : '1'
    else if (Array.isArray(value)) this.addEach(type, value, depth)
    else if (isInputObjectType(named) && typeof value === 'object') {
      this.text += '{'
      for (const [name, given] of Object.entries(value)) {
        const field = Object.hasOwn(named.getFields(), name) ? named.getFields()[name] : undefined
        if (!field) continue
        this.text += `${name}:`
        this.add(field.type, given, depth + 1)
      }
      this.text += '}'
    } else this.text += typeof value === 'string' ? JSON.stringify(value) : '1'
    this.text += ';'
  }

  private addEach(type: GraphQLInputType, values: readonly unknown[], depth: number) {
    this.text += '['
    for (const value of values) {
      this.add(type, value, depth + 1)
      if (!this.fits) return
    }
    this.text += ']'
  }
}
