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
