import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Operation } from './operation.js'

test('aborts the work that ends with it, begun before its end or after', () => {
  const operation = new Operation(30)
  const { signal } = operation
  expect(signal.aborted).toBe(false)
  operation.leave()
  expect(signal.aborted).toBe(true)
  expect(operation.signal.reason).toBe(signal.reason)
  expect(() => {
    operation.check()
  }).toThrow('The caller is gone.')
})

test('is over at once for a caller that is gone already', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const caller = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }) // of a TCP server
  caller.on('error', () => undefined).end()
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse] // as its types say
  expect(() => {
    Operation.of(response, 30).check()
  }).not.toThrow()
  caller.destroy()
  await once(response, 'close')
  expect(() => {
    Operation.of(response, 30).check()
  }).toThrow('The caller is gone.')
  server.close()
})
