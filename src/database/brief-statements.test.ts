import { BriefStatements } from './brief-statements.js'

test('takes a statement for brief once it was, until it takes long anywhere', () => {
  const brief = new BriefStatements()
  expect(brief.has('a')).toBe(false)
  brief.noteThread('a', 5)
  expect([brief.has('a'), brief.has('b')]).toEqual([true, false])
  brief.noteMain('a', 1)
  expect(brief.has('a')).toBe(true)
  brief.noteMain('a', 4)
  expect(brief.has('a')).toBe(false)
  brief.noteThread('b', 30)
  brief.noteThread('b', 5)
  expect(brief.has('b')).toBe(false)
})

test('forgets that a statement took long after 100 brief runs in a row', () => {
  const brief = new BriefStatements()
  const runs = (count: number) => {
    for (let times = 0; times < count; times++) brief.noteThread('a', 5)
  }
  brief.noteThread('a', 30)
  runs(99)
  expect(brief.has('a')).toBe(false)
  brief.noteThread('a', 30)
  runs(99)
  expect(brief.has('a')).toBe(false)
  runs(1)
  expect(brief.has('a')).toBe(true)
})
