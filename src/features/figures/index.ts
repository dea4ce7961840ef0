import { companions } from '../../request/companions.js'
import { keptFigures } from '../../request/kept-figures.js'
import { Client } from '../clients/index.js'
import { bringUpToDate } from './catch-up.js'
import { keptCompanion } from './kept.queries.js'
import { keptRows } from './kept-list.queries.js'

export { keepAll } from './catch-up.js'
export { flatFigures, readFlatFigures, type FlatFigure } from './flat.js'
export { inForce, missing, ours, select, unranged, type GroupRow, type Part, type Source } from './group.queries.js'
export { keepLater } from './keep-figures.js'
export { happenings } from './kept-days.js'
export { holds, lastChange } from './kept.queries.js'
export { openOf, type OpenGroup } from './open.js'
export { amountsOf, baseOf, knownBaseOf, withoutRateOf, type Packed, type PackedSum } from './packed-sum.js'
export { readOverview } from './read-overview.js'
export { blocks, registerFigures } from './registry.js'
export {
  ages,
  count,
  frameOf,
  Groups,
  hoursOf,
  kindArgument,
  only,
  Overview,
  parentOf,
  readGroups,
  readSelected,
  Sum,
  type Frame,
  type Section,
} from './section.js'
export { shapeOf } from './shape.js'

companions.set(Client, keptCompanion)
keptFigures.set(Client, { rows: keptRows, bringUpToDate })

export const resolvers = []
