import { useEffect, useState, type FormEvent } from 'react'
import { ask } from './ask.js'

/** The storage of the browser's tab: a closed tab forgets the key, and no other site or tab sees it. */
const place = 'clientela:api-key'

/** Asks for the key, tries it, and tells how that went; `onKey` gets a key that works, or none. */
export function Access({ onKey }: { onKey: (key: string) => void }) {
  const [organization, setOrganization] = useState('')
  const [refusal, setRefusal] = useState('')
  const [trying, setTrying] = useState(false)

  const use = async (key: string) => {
    setTrying(true)
    const { name, why } = await tryKey(key)
    setTrying(false)
    setOrganization(name)
    setRefusal(why)
    if (name) sessionStorage.setItem(place, key)
    else sessionStorage.removeItem(place)
    onKey(name ? key : '')
  }
  const forget = () => {
    sessionStorage.removeItem(place)
    setOrganization('')
    onKey('')
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget).get('key')
    if (typeof given === 'string') void use(given.trim())
  }
  useEffect(() => {
    const remembered = sessionStorage.getItem(place)
    if (remembered) void use(remembered)
  }, [])

  return (
    // GraphiQL's class brings its colours, light and dark.
    <header className="graphiql-container access">
      <h1>Clientela</h1>
      {organization ? (
        <div className="access-key">
          <span>
            with a key of <strong>{organization}</strong>
          </span>
          <button type="button" className="graphiql-button" onClick={forget}>
            Forget the key
          </button>
        </div>
      ) : (
        <form className="access-key" onSubmit={submit}>
          <label htmlFor="key">API key</label>
          <input
            id="key"
            name="key"
            type="password"
            placeholder="ck_…"
            autoComplete="off"
            spellCheck={false}
            required
            autoFocus
          />
          <button type="submit" className="graphiql-button" disabled={trying}>
            Use it
          </button>
        </form>
      )}
      <div role="status" className="access-advice">
        {refusal && <p className="access-refusal">{refusal}</p>}
        {!organization && !trying && (
          <p>
            The schema and the records are read with an API key. <code>npm run demo</code> loads a demo organisation and
            prints a key; <code>npm run clientela -- keys create "GraphiQL"</code> makes one for your own organisation.
          </p>
        )}
      </div>
    </header>
  )
}

/** The name of the key's organisation, or why it does not open one. */
async function tryKey(key: string): Promise<{ name: string; why: string }> {
  // No header could carry it.
  if (!/^[\x21-\x7e]+$/.test(key))
    return { name: '', why: 'This is not an API key: a key has neither spaces nor accents. Copy it once more.' }
  const { data, errors } = await ask(key, { query: '{ organization { name } }' })
  const { name = '' } = (data?.organization ?? {}) as { name?: string } // as asked
  return { name, why: errors?.[0]?.message ?? '' }
}
