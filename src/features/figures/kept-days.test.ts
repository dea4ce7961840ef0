import '../index.js'
import { turned, turnDays } from './kept-days.js'
import { blocks } from './registry.js'

test('a document may turn before its day, and every day that the SQL of turns names has a value', () => {
  const source = blocks.quotes?.sourcesToday[0]
  const { turns } = source ?? {}
  if (!source || !turns) throw new Error('Quotes have no turns.')
  const namedDays = (sql: string) =>
    [...new Set([...sql.matchAll(/:((?:from|to)[^ )]*)/g)].map(([, name]) => name))].sort()
  try {
    source.turns = { ...turns, after: { SENT: -6, DRAFT: 1 } }
    expect(turned()).toContain('d.valid_until > :fromBefore6 AND d.valid_until <= :toBefore6')
    const days = turnDays('2026-03-10', '2026-03-12')
    expect(days).toMatchObject({ fromBefore6: '2026-03-16', toBefore6: '2026-03-18', from1: '2026-03-09' })
    expect(namedDays(turned())).toEqual(Object.keys(days).sort())
  } finally {
    source.turns = turns
  }
})
