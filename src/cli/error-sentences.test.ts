import { errorSentences } from './error-sentences.js'

const refuse = 'function refuse(code: string, message: string): never { throw new UserError(code, message) }'
const userError =
  'class UserError extends Error { constructor(readonly code: string, message: string) { super(message) } }'
const told = (...sources: string[]) =>
  Object.fromEntries([...errorSentences([userError, refuse, ...sources])].map(([code, texts]) => [code, [...texts]]))

test.each([
  ['a text', "throw new UserError('DAY_WRONG', 'Give a day.')", ['Give a day.']],
  ['a template', "throw new UserError('DAY_WRONG', `${day} is no day.`)", ['… is no day.']],
  ['a choice', "refuse('DAY_WRONG', isLate ? 'Too late.' : `Not ${day}.`)", ['Too late.', 'Not ….']],
  ['a sum', "refuse('DAY_WRONG', 'Give ' + (isOne ? 'one.' : 'two.'))", ['Give one.', 'Give two.']],
  ['a constant', "const wrong = 'Wrong.'\nrow.refuse('DAY_WRONG', wrong)", ['Wrong.']],
  ['a constant in a template', "const wrong = 'Wrong'\nrefuse('DAY_WRONG', `${wrong}: again.`)", ['Wrong: again.']],
  ['a function', "const wrong = (day: string) => `${day} is wrong.`\nrefuse('DAY_WRONG', wrong('x'))", ['… is wrong.']],
  ['a parameter', "const late = (why: string) => refuse('DAY_WRONG', why)\nlate('It is late.')", ['It is late.']],
  ['an object', "const issue = { code: 'DAY_WRONG', message: 'Wrong.' }", ['Wrong.']],
  ['a pair of a list', "const needed = { day: ['DAY_WRONG', 'Give a day.'] }", ['Give a day.']],
  [
    'a template without words',
    'const wrong = (what: string, how = "fix it") => refuse("DAY_WRONG", `${what}: ${how}.`)\nwrong("A day")\nwrong("Two", "take one")',
    ['A day: fix it.', 'Two: take one.'],
  ],
  ['something that it does not know', "refuse('DAY_WRONG', error.message)", []],
])('finds the sentences of a code where the message is %s', (_what, source, sentences) => {
  expect(told(source)).toEqual({ DAY_WRONG: sentences })
})

test('finds a code that a caller gives, and pairs what depends on one condition', () => {
  const reader = 'const reader = (code: string) => (text: string) => refuse(code, `${text} is no day.`)'
  expect(told(`${reader}\nreader('DAY_WRONG')(text)`)).toEqual({ DAY_WRONG: ['… is no day.'] })
  expect(told("refuse(found === 0 ? 'DAY_WRONG' : 'DAY_TWICE', found === 0 ? 'None.' : 'Two.')")).toEqual({
    DAY_WRONG: ['None.'],
    DAY_TWICE: ['Two.'],
  })
})

test('takes a constant of another file only where a file imports it', () => {
  const other = "export const wrong = 'Wrong.'"
  expect(told(other, "refuse('DAY_WRONG', wrong)")).toEqual({ DAY_WRONG: [] })
  expect(told(other, "import { wrong } from './other.js'\nrefuse('DAY_WRONG', wrong)")).toEqual({
    DAY_WRONG: ['Wrong.'],
  })
})
