import { loggerOptions } from './logger.js'

const { err } = loggerOptions('info').serializers

test('the log tells of an error, its cause and where it was made', () => {
  const told = err(new TypeError('It failed.', { cause: new Error('The disk is full.') }))
  expect(told).toMatchObject({ type: 'TypeError', message: expect.stringContaining('It failed.') })
  expect(told.stack).toMatch(/It failed[^]*logger\.test\.ts[^]*The disk is full/)
})

test('the log tells of what is no error', () => {
  const things: unknown[] = ['It failed.', null, undefined, 7, { code: 1 }]
  for (const thrown of things) expect(err(thrown as Error)).toEqual(thrown) // whatever somebody throws
})
