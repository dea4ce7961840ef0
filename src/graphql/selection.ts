import type { FieldNode, FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql'

/** Kept by the list of nodes, which a compiled document gives to each of its records. */
const kept = new WeakMap<readonly FieldNode[], Map<string, FieldNode[]>>()

/**
 * The fields selected below the one being resolved, aliases and fragments included, with all their nodes.
 * A field that a directive may leave out counts as selected: reading too much is slow, reading too little is wrong.
 */
export function selectedFields({
  fieldNodes,
  fragments,
}: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): ReadonlyMap<string, FieldNode[]> {
  const known = kept.get(fieldNodes)
  if (known) return known
  const found = new Map<string, FieldNode[]>()
  for (const node of fieldNodes) if (node.selectionSet) collect(node.selectionSet, fragments, found)
  kept.set(fieldNodes, found)
  return found
}

function collect(
  set: SelectionSetNode,
  fragments: Record<string, FragmentDefinitionNode>,
  found: Map<string, FieldNode[]>,
) {
  for (const node of set.selections) {
    if (node.kind === 'Field') found.set(node.name.value, [...(found.get(node.name.value) ?? []), node])
    else if (node.kind === 'InlineFragment') collect(node.selectionSet, fragments, found)
    else {
      const fragment = fragments[node.name.value]
      if (fragment) collect(fragment.selectionSet, fragments, found)
    }
  }
}
