import '../index.js'
import { blocks } from './registry.js'
import { Groups } from './section.js'
import { meaningOf } from './shape.js'

test.each(Object.values(blocks).flatMap(({ sections }) => sections.map(section => ({ section, name: section.name }))))(
  'figures of $name that follow in another way from the same groups have another meaning',
  ({ section }) => {
    const meaning = meaningOf('EUR')
    expect(meaningOf('EUR')).toBe(meaning)
    const { of } = section
    try {
      section.of = groups => of(new Groups(groups.frame, []))
      expect(meaningOf('EUR')).not.toBe(meaning)
    } finally {
      section.of = of
    }
    expect(meaningOf('EUR')).toBe(meaning)
    expect(meaningOf('JPY')).not.toBe(meaning)
  },
)
