import { readConfig } from './config.js'

test('an address that is none is refused, and the variable is named', () => {
  expect(readConfig({ CLIENTELA_URL: 'https://crm.example.com/graphql' }).api.url).toBe(
    'https://crm.example.com/graphql',
  )
  for (const CLIENTELA_URL of [
    'localhost:4000',
    'ftp://localhost/graphql',
    'http://localhost:99999/graphql',
    'http://a b',
  ])
    expect(() => readConfig({ CLIENTELA_URL })).toThrow(
      /^The environment is not right:\n {2}CLIENTELA_URL must be a web /,
    )
  for (const DATABASE_URL of ['clients.sqlite', 'mariadb://localhost', 'mariadb://a:b@localhost:99999/c'])
    expect(() => readConfig({ DATABASE_URL })).toThrow(
      /^The environment is not right:\n {2}DATABASE_URL must look like /,
    )
})
