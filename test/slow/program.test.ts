import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientela } from '../support/command.js'
import { Serving } from '../support/serving.js'

// The program as somebody starts it who has nothing yet, on an embedded database.

const dataDir = join(mkdtempSync(join(tmpdir(), 'clientela-program-')), 'data')
const place = { location: { dataDir } }
afterAll(() => {
  rmSync(join(dataDir, '..'), { recursive: true, force: true })
})

test('an empty folder is migrated, gets a demo whose figures hold, and is served', async () => {
  expect(await clientela(place, 'migrate')).toMatchObject({ code: 0 })
  const demo = await clientela(place, 'demo', '--clients', '20', '--documents-per-client', '20', '--json')
  expect(demo).toMatchObject({ code: 0, stderr: '' })
  const { secret, query } = JSON.parse(demo.stdout)
  expect(await clientela(place, 'verify')).toMatchObject({ code: 0, stderr: '' })

  const serving = await Serving.start(place)
  try {
    const answer = await fetch(serving.url, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
    const { data, errors } = JSON.parse(await answer.text())
    expect(errors).toBeUndefined()
    expect(data.clients.nodes.length).toBeGreaterThan(0)
    serving.terminate()
    expect(await serving.exited).toBe(0)
  } finally {
    await serving.stop()
  }
}, 180_000)
