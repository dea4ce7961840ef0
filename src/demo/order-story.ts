import {
  OrderDirection,
  OrderState,
  PurchaseOrder,
  PurchaseOrderLine,
  describeLines,
} from '../features/purchasing/index.js'
import { inBaseAt } from '../features/rates/index.js'
import { currencyOf, draftLines, fill } from './lines.js'
import { rateMoved, rateOn } from './rates.js'
import { at } from './random.js'
import { ago, type Story } from './story.js'
import { articles, goods } from './vocabulary/work.js'

interface Life {
  direction: OrderDirection
  end:
    'DRAFT' | 'OPEN' | 'PARTIALLY_RECEIVED' | 'RECEIVED' | 'CLOSED' | 'CLOSED_AT_ONCE' | 'CANCELLED' | 'CANCELLED_DRAFT'
}

const ends = (direction: OrderDirection, text: string) =>
  text.split(' ').map(end => ({ direction, end: end as Life['end'] })) // written below
const from = ends(
  'FROM_CLIENT',
  'CLOSED OPEN RECEIVED CLOSED PARTIALLY_RECEIVED CANCELLED CLOSED DRAFT CLOSED_AT_ONCE OPEN CLOSED CANCELLED_DRAFT CLOSED',
)
const to = ends(
  'TO_CLIENT',
  'CLOSED RECEIVED OPEN CLOSED CANCELLED PARTIALLY_RECEIVED DRAFT CLOSED CANCELLED_DRAFT CLOSED_AT_ONCE',
)
// Both directions by turns, in a cycle in which every pair comes.
const lives: readonly Life[] = Array.from({ length: from.length * 2 }, (_, index) =>
  at(index % 2 === 0 ? from : to, Math.floor(index / 2)),
)

/** How long ago an order in this state was made. */
const ages: Record<Life['end'], [number, number]> = {
  DRAFT: [0, 20],
  OPEN: [1, 45],
  PARTIALLY_RECEIVED: [25, 80],
  RECEIVED: [30, 90],
  CLOSED: [60, 1080],
  CLOSED_AT_ONCE: [20, 1080],
  CANCELLED: [20, 1080],
  CANCELLED_DRAFT: [20, 1080],
}

export function planOrders(story: Story) {
  const { counts, first } = story.plan
  for (let index = 0; index < counts.orders; index++) planOrder(story, first.orders + index)
}

function planOrder(story: Story, place: number) {
  const { desk, client } = story
  const { random } = desk
  const { direction, end } = at(lives, place)
  desk.before(ago(story, ...ages[end]), () => {
    client.acceptNew('purchase orders')
    const currency = currencyOf(story)
    const order = desk.make(PurchaseOrder, {
      clientId: client.id,
      numberedFor: client.id,
      direction,
      state: OrderState.DRAFT,
      currency,
      ...rateOn(desk, currency, desk.today),
      number:
        direction === 'FROM_CLIENT'
          ? `${random.pick(['45000', 'PC-', 'C'])}${String(place + 1).padStart(5, '0')}`
          : null,
      expectedOn: random.chance(0.7) ? desk.day(random.whole(7, 40)) : null,
    })
    const { lines, sums } = fill(
      desk,
      order,
      PurchaseOrderLine,
      { purchaseOrderId: order.id },
      draftLines(story, direction === 'FROM_CLIENT' ? [...articles, ...goods] : goods, currency),
    )
    order.total = sums.net + sums.tax
    convert(story, order)
    desk.add(order, { after: { lines: describeLines(lines) } })
    desk.addParts(lines)
    planLife(story, order, end)
  })
}

function convert({ desk: { baseCurrency } }: Story, order: PurchaseOrder) {
  const { rate, net, total, currency } = order
  Object.assign(order, {
    netBase: inBaseAt(rate, net, currency, baseCurrency),
    totalBase: inBaseAt(rate, total, currency, baseCurrency),
  })
}

function planLife(story: Story, order: PurchaseOrder, end: Life['end']) {
  const { desk } = story
  const { random } = desk
  const change = (days: number, verb: string, act: () => void) =>
    desk.in(days, () => desk.change(order, act, { verb, on: desk.today }))
  if (end === 'DRAFT') return
  if (end === 'CANCELLED_DRAFT') return change(random.whole(2, 12), 'CANCELLED', () => order.cancel(desk.today))
  const opens = random.whole(0, 2)
  desk.in(opens, () => {
    const on = desk.earlier(order.direction === 'FROM_CLIENT' ? random.pick([0, 0, 1, 3]) : 0)
    desk.change(
      order,
      () => {
        order.open(order.number ?? desk.nextNumber('PO', 'PURCHASE_ORDER'), on)
        Object.assign(order, rateMoved(desk, order, on))
        convert(story, order)
      },
      { verb: 'OPENED', on },
    )
  })
  if (end === 'OPEN') return
  if (end === 'CANCELLED') return change(opens + random.whole(3, 15), 'CANCELLED', () => order.cancel(desk.today))
  if (end === 'CLOSED_AT_ONCE') return change(opens + random.whole(5, 15), 'CLOSED', () => order.close(desk.today))
  const arrives = opens + random.whole(4, 12)
  const inParts = end === 'PARTIALLY_RECEIVED' || random.chance(0.4)
  if (inParts) change(arrives, 'PARTIALLY_RECEIVED', () => order.receive(desk.today, true))
  if (end === 'PARTIALLY_RECEIVED') return
  const complete = arrives + (inParts ? random.whole(1, 8) : 0)
  change(complete, 'RECEIVED', () => order.receive(desk.today, false))
  if (end === 'CLOSED') change(complete + random.whole(1, 20), 'CLOSED', () => order.close(desk.today))
}
