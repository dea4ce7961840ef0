import { UserError } from './user-error.js'

test('carries a code for programs, a sentence for people and the field to fix', () => {
  const error = new UserError('EMAIL_INVALID', 'Write an address like name@example.org.', 'email')

  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'UserError',
    code: 'EMAIL_INVALID',
    message: 'Write an address like name@example.org.',
    field: 'email',
  })
})

test('needs no field', () => {
  expect(new UserError('CLOSED', 'Open it first.').field).toBeUndefined()
})
