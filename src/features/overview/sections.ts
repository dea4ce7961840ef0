import { invoiceFigures, orderFigures, projectFigures, taskFigures } from './figures.js'
import type { Section } from './overview.js'
import { dealFigures, quoteFigures } from './pipeline.js'

/** All of the overview, block by block. */
export const sections: readonly Section[] = [
  projectFigures,
  taskFigures,
  orderFigures.FROM_CLIENT,
  orderFigures.TO_CLIENT,
  invoiceFigures.SALE,
  invoiceFigures.PURCHASE,
  dealFigures,
  quoteFigures,
]
