import { snake } from '../../lib/snake.js'
import type { Source } from './group.queries.js'
import type { Section } from './section.js'

/** What a field of the overview shows. */
export interface Block extends Source {
  name: string
  /** The groups that its parts give. */
  groups: readonly string[]
  /** One for each direction. */
  sections: readonly Section[]
  /** The column of `client_figures` that keeps it. */
  column: string
}

/** Filled by the features that have figures, in their order. */
export const blocks: Record<string, Block> = {}

export function registerFigures(block: Omit<Block, 'column'>) {
  blocks[block.name] = { ...block, column: snake(block.name) }
}

/** All of the overview, block by block. */
export const sections = (): Section[] => Object.values(blocks).flatMap(block => block.sections)
