/** Where in the operation something stands. An error alone spells it. */
export interface Path {
  parent?: Path
  name: string
  /** How many fields and inputs lead here. */
  length: number
  /** The same without the lists and non-nulls around a type of the schema, which are no level of ours. */
  levels: number
}

export function spelled({ parent, name }: Path): string {
  return parent ? `${spelled(parent)}.${name}` : name
}

/** The path one field or input further. */
export const below = (parent: Path | undefined, name: string): Path => ({
  parent,
  name,
  length: (parent?.length ?? 0) + 1,
  levels: (parent?.levels ?? 0) + (name === 'ofType' ? 0 : 1),
})
