import { companions } from '../../request/companions.js'
import { keptFigures } from '../../request/kept-figures.js'
import { Client } from '../clients/index.js'
import { bringUpToDate } from './catch-up.js'
import { keptCompanion } from './kept.queries.js'
import { keptRows } from './kept-list.queries.js'

export { keepAll } from './catch-up.js'
export { flatFigures, readFlatFigures, type FlatFigure } from './flat.js'
export type { GroupRow } from './group.queries.js'
export { keepLater } from './keep-figures.js'
export { turned, turnDays } from './kept-days.js'
export { holds, lastChange } from './kept.queries.js'
export { openOf, type OpenGroup } from './open.js'
export { Overview, OverviewBlocks } from './overview-blocks.js'
export { Month, monthOf, OverviewMonth } from './overview-month.js'
export { amountsOf, baseOf, knownBaseOf, withoutRateOf, type Packed, type PackedSum } from './packed-sum.js'
export { counted, frameOf, parentOf, readGroups, readSelected } from './read-groups.js'
export { readOverview } from './read-overview.js'
export { monthReads, registerFigures, type FigureBlock, type ListedFigure, type OpenItems } from './registry.js'
export {
  among,
  count,
  countOf,
  type Groups,
  hoursOf,
  hundredthsOfHours,
  Sum,
  totalOf,
  type Frame,
  type Section,
} from './section.js'
export { shapeOf } from './shape.js'
export { countNull, inForce, money, source, total, unranged, type MoneyPlace, type Place } from './source.js'

companions.set(Client, keptCompanion)
keptFigures.set(Client, { rows: keptRows, bringUpToDate })

export const resolvers = []
