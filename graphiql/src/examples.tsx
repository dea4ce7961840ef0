import { pick, useGraphiQL, useGraphiQLActions } from '@graphiql/react'
import { useMemo } from 'react'
import { ask } from './ask.js'
import { examplesOf, guideExamplesOf, idIn, type Example } from './example.js'

const operations = import.meta.glob<string>('../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const queries = import.meta.glob<string>('../../examples/queries/*.{graphql,json}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** A menu of the examples of the guides and of the operations that front ends use. Each opens in a tab of its own. */
export function Examples({ apiKey }: { apiKey: string }) {
  const actions = useGraphiQLActions()
  const { schema, queryEditor, variableEditor } = useGraphiQL(pick('schema', 'queryEditor', 'variableEditor'))
  const guides = useMemo(() => (schema ? guideExamplesOf(queries, schema) : []), [schema])
  const groups = useMemo(
    () => (schema ? Map.groupBy(examplesOf(operations, schema), ({ group }) => group) : new Map<string, Example[]>()),
    [schema],
  )

  const open = async ({ text, variables, finders }: Example) => {
    const found = await Promise.all(
      Object.entries(finders).map(async ([name, query]) => [name, idIn((await ask(apiKey, { query })).data) ?? '']),
    )
    const all = { ...variables, ...(Object.fromEntries(found) as object) } // pairs of a name and an id
    actions.addTab()
    queryEditor?.setValue(text)
    variableEditor?.setValue(Object.keys(all).length > 0 ? JSON.stringify(all, null, 2) : '')
  }
  const list = (examples: Example[]) => (
    <ul>
      {examples.map(example => (
        <li key={example.name}>
          <button
            type="button"
            className="graphiql-un-styled"
            popoverTarget="examples"
            popoverTargetAction="hide"
            onClick={() => void open(example)}
          >
            {example.name}
          </button>
        </li>
      ))}
    </ul>
  )

  return (
    <>
      <button
        type="button"
        className="graphiql-button"
        popoverTarget="examples"
        disabled={!schema}
        title={schema ? undefined : 'The examples need the schema, and that an API key.'}
      >
        Examples
      </button>
      <div id="examples" popover="auto" className="examples">
        <h2>Examples</h2>
        <p>
          Those of the guides come first. A query finds a record by itself, so you can run it at once. A change opens
          with sample values; fill in the ids and versions of your own records before you run it.
        </p>
        <div className="examples-guides">
          {list(guides.filter(({ kind }) => kind === 'query'))}
          <h4>Changes</h4>
          {list(guides.filter(({ kind }) => kind === 'mutation'))}
        </div>
        <h2>Operations of the typed client</h2>
        <p>Here a change opens with empty fields. It changes nothing before you fill them in.</p>
        <div className="examples-groups">
          {[...groups].map(([group, examples]) => (
            <section key={group}>
              <h3>{group}</h3>
              {list(examples.filter(({ kind }) => kind === 'query'))}
              {examples.some(({ kind }) => kind === 'mutation') && <h4>Changes</h4>}
              {list(examples.filter(({ kind }) => kind === 'mutation'))}
            </section>
          ))}
        </div>
      </div>
    </>
  )
}
