import { Field, ID, InputType, Int } from 'type-graphql'
import { dayInput } from '../../graphql/record-input.js'
import { Day } from '../../model/scalars.js'
import { DocumentFields } from './document.js'
import { OrderDirection } from './purchase-order.js'

@InputType({ description: 'Fields of a purchase order that may be left out.' })
export abstract class PurchaseOrderFields extends DocumentFields {
  @Field(() => String, {
    nullable: true,
    description:
      "The client's own number, required FROM_CLIENT. An order TO_CLIENT gets a number of ours when it is opened.",
  })
  number?: string | null

  @Field(() => Day, { nullable: true, description: 'The day the goods are expected.' })
  expectedOn?: string | null
}

@InputType({ description: 'A new purchase order, a draft until it is opened.' })
export class CreatePurchaseOrderInput extends PurchaseOrderFields {
  @Field(() => ID, { description: 'The client it is from or to.' })
  clientId: string

  @Field(() => OrderDirection, { nullable: true, description: 'Who orders from whom; default FROM_CLIENT.' })
  direction?: OrderDirection | null
}

@InputType({ description: 'The changes to a draft purchase order. A field that is left out stays; null clears it.' })
export class UpdatePurchaseOrderInput extends PurchaseOrderFields {
  @Field(() => ID, { description: 'The id of the purchase order.' })
  id: string

  @Field(() => Int, { description: 'The version you read; another one is a CONFLICT.' })
  version: number
}

export const OpenPurchaseOrderInput = dayInput('OpenPurchaseOrderInput', 'orderedOn', 'The day it was ordered')
export const ReceivePurchaseOrderInput = dayInput(
  'ReceivePurchaseOrderInput',
  'receivedOn',
  'The day the goods arrived',
)
export const ClosePurchaseOrderInput = dayInput('ClosePurchaseOrderInput', 'closedOn', 'The day it was closed')
export const CancelPurchaseOrderInput = dayInput('CancelPurchaseOrderInput', 'cancelledOn', 'The day it was called off')
