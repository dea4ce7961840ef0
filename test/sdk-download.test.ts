import { ClientelaClient, FileDocument, UploadFilesDocument } from '@clientela/sdk'
import { World, type Tenant } from './support/world.js'

// Paths of the server that are not operations: files, exports, and the wrong rows of an import.

let world: World
let us: Tenant
beforeAll(async () => {
  world = await World.start()
  us = await world.organization()
})
afterAll(() => world.stop())

const clientOf = (url: string) => new ClientelaClient({ url, apiKey: us.secret })

test('reads a file by its downloadUrl, and an export with the key', async () => {
  const { id } = await us.client({ legalName: 'Forns' })
  const api = clientOf(world.url)
  const { files } = await api.mutate(UploadFilesDocument, {
    input: { subjectId: id, files: [new File(['hola'], 'hola.txt')] },
  })
  const { file } = await api.request(FileDocument, { id: files[0]?.id ?? '' })
  expect(await (await api.download(file?.downloadUrl ?? '')).text()).toBe('hola')
  const answer = await api.download('/export/v1/lists/clients.csv?columns=legal_name')
  expect(answer.headers.get('x-clientela-rows')).toBe('1')
  expect((await answer.text()).split('\r\n')).toContain('Forns')
})

test('throws the refusal of the server', async () => {
  await expect(clientOf(world.url).download('/export/v1/lists/cats.csv')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    status: 404,
    message: expect.stringContaining('There is no list cats'),
  })
})

test('sends the key to no other server', async () => {
  const elsewhere = 'http://127.0.0.1:9/export/v1/clients.csv'
  await expect(clientOf(world.url).download(elsewhere)).rejects.toThrow('is not a path of')
  await expect(clientOf(elsewhere).download('/export/v1/clients.csv')).rejects.toMatchObject({ code: 'NETWORK_ERROR' })
})
