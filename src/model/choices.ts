import { registerEnumType } from 'type-graphql'

const enumNames = new Map<object, string>()

/** The name of an enum made by `choices`, which type-graphql keeps to itself. */
export const enumName = (values: object | undefined) => (values && enumNames.get(values)) ?? 'Unknown'

/** An enum of the schema, with a description for each value. */
export function choices<T extends Record<string, string>>(
  name: string,
  description: string,
  values: T,
): { [K in keyof T]: K } {
  const names = Object.fromEntries(Object.keys(values).map(key => [key, key]))
  enumNames.set(names, name)
  registerEnumType(names, {
    name,
    description,
    valuesConfig: Object.fromEntries(Object.entries(values).map(([key, text]) => [key, { description: text }])),
  })
  return names as { [K in keyof T]: K } // every key maps to itself, which fromEntries cannot say
}

/** An enum of the schema whose values features give it one by one, before the schema is built. */
export function openChoices(name: string, description: string) {
  const names: Record<string, string> = {}
  const valuesConfig: Record<string, { description: string }> = {}
  enumNames.set(names, name)
  registerEnumType(names, { name, description, valuesConfig })
  const add = (value: string, description: string) => {
    names[value] = value
    valuesConfig[value] = { description: description }
  }
  return { names, add }
}
