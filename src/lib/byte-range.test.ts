import fc from 'fast-check'
import { rangeOf } from './byte-range.js'

test('a range is what slicing the bytes gives', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.option(fc.nat(60), { nil: undefined }),
      fc.option(fc.nat(60), { nil: undefined }),
      (size, from, to) => {
        const found = rangeOf(`bytes=${from ?? ''}-${to ?? ''}`, size)
        const all = Array.from({ length: size }, (_, at) => at)
        if ((from === undefined && to === undefined) || (from !== undefined && to !== undefined && to < from)) {
          expect(found).toBeUndefined()
          return
        }
        const wanted =
          from === undefined
            ? to === 0
              ? []
              : all.slice(-(to ?? 0))
            : all.slice(from, to === undefined ? undefined : to + 1)
        expect(found).toEqual(wanted.length === 0 ? null : { start: wanted[0], end: wanted.at(-1) })
      },
    ),
    { numRuns: 2000 },
  )
})

test('what is no single range of bytes asks for the whole', () => {
  for (const header of [
    undefined,
    '',
    'bytes',
    'bytes=',
    'items=0-1',
    'bytes=0-1,3-4',
    'bytes=1e1-',
    'bytes=0x1-',
    'bytes=-1-2',
    'bytes 0-1',
  ])
    expect([header, rangeOf(header, 10)]).toEqual([header, undefined])
})
