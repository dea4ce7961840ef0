import type { FieldNode, FragmentDefinitionNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql'

/**
 * The fields selected below the one being resolved, aliases and fragments included, with all their nodes.
 * A field that a directive may leave out counts as selected: reading too much is slow, reading too little is wrong.
 */
export function selectedFields(info: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>): Map<string, FieldNode[]> {
  const found = new Map<string, FieldNode[]>()
  for (const node of info.fieldNodes) if (node.selectionSet) collect(node.selectionSet, info.fragments, found)
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
