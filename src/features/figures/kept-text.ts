import type { GroupRow } from './group.queries.js'
import { Groups, type Figures, type Frame, type Section } from './section.js'
import type { Packed } from './packed-sum.js'
import { packingOf } from './packing.js'
import { blocks, type Block } from './registry.js'

/** Figures that are worked out of groups. */
export class LiveFigures implements Figures {
  constructor(private readonly groups: readonly GroupRow[]) {}

  fieldsOf<T extends object | null>(section: Section<T>, frame: Frame): T {
    return section.of(new Groups(frame, this.groups))
  }

  packed(section: Section, frame: Frame): readonly Packed[] {
    const packing = packingOf(section)
    const { direction } = section
    const sources = blocks[section.block]?.sourcesToday ?? []
    const has = this.groups.some(
      group => group.direction === direction && sources.some(({ name }) => name === group.source),
    )
    return has ? packing.pack(this.fieldsOf(section, frame)) : packing.none(frame.isToday)
  }
}

/** Figures of today as they were kept: a text for each block; null where a client has nothing in it. */
export class PackedFigures implements Figures {
  constructor(private readonly textOf: (block: string) => string | null | undefined) {}

  fieldsOf<T extends object | null>(section: Section<T>, frame: Frame): T {
    return packingOf(section).unpack(this.packed(section), frame) as T // they were packed of such fields
  }

  packed(section: Section): readonly Packed[] {
    const text = this.textOf(section.block)
    if (text === undefined) throw new Error(`${section.block} was not read.`)
    return packedIn(text, section) ?? packingOf(section).none(true)
  }
}

/** The text that keeps the figures of a block: a line for each of its sections, empty where there is nothing in it. */
export function keptText(block: Block, groups: readonly GroupRow[], frame: Frame): string | null {
  const figures = new LiveFigures(groups)
  return textOf(
    block.sections.map(section => {
      const packed = figures.packed(section, frame)
      return packed === packingOf(section).none(true) ? undefined : packed
    }),
  )
}

/** The same of packed figures; undefined for a section where there is nothing. */
export function textOf(sections: readonly (readonly Packed[] | undefined)[]): string | null {
  const lines = sections.map(packed => (packed ? JSON.stringify(packed) : ''))
  return lines.some(line => line !== '') ? lines.join('\n') : null
}

/** The figures of a section in the text of its block; undefined where there is nothing. */
export function packedIn(text: string | null, section: Section): readonly Packed[] | undefined {
  const line = text === null ? '' : lineOf(text, section)
  return line === '' ? undefined : (JSON.parse(line) as Packed[]) // as textOf made it
}

function lineOf(text: string, section: Section): string {
  const end = text.indexOf('\n')
  if (end < 0) return text
  return blocks[section.block]?.sections[0] === section ? text.slice(0, end) : text.slice(end + 1) // registerFigures takes two at most
}
