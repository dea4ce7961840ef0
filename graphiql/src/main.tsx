import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './page.css'
import { GraphiQL } from 'graphiql'
import { StrictMode, useCallback, useState } from 'react'
import { createRoot } from 'react-dom/client'
import first from '../../examples/queries/client-list.graphql?raw'
import { Access } from './access.js'
import { ask } from './ask.js'
import { Examples } from './examples.js'

const tabs = [{ query: `# The ▶ button runs this query.\n${first}` }]

function Page() {
  const [key, setKey] = useState('')
  const fetcher = useCallback((operation: Parameters<typeof ask>[1]) => ask(key, operation), [key])
  return (
    <>
      <Access onKey={setKey} />
      {/* Without a key no schema is asked for: the answer would be an error. The key has its own place, so no other headers. */}
      <GraphiQL
        fetcher={fetcher}
        schema={key ? undefined : null}
        defaultTabs={tabs}
        defaultEditorToolsVisibility="variables"
        isHeadersEditorEnabled={false}
        showPersistHeadersSettings={false}
      >
        <GraphiQL.Logo>
          <Examples apiKey={key} />
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
