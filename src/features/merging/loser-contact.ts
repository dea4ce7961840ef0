import { Field, ObjectType } from 'type-graphql'
import type { ReadScope } from '../../database/scope/write-scope.js'
import { EmailAddress } from '../../model/scalars.js'
import { isSamePhone } from '../../lib/phone.js'
import { Contact, type Client } from '../clients/index.js'

@ObjectType({
  description: 'The contact that keeps an e-mail address and a telephone of a client that goes.',
  simpleResolvers: true,
})
export class LoserContact {
  @Field(() => String, { description: 'The legal name of the client that goes.' })
  name: string

  @Field(() => EmailAddress, {
    nullable: true,
    description: 'Its e-mail address, where neither the other client nor a contact has it.',
  })
  email: string | null

  @Field(() => String, {
    nullable: true,
    description: 'Its telephone, where neither the other client nor a contact has it, however it is written.',
  })
  phone: string | null
}

/**
 * The contact that would keep the loser's e-mail address and telephone. Null where the winner, as it will be, or a
 * contact has both.
 */
export async function contactOfLoser(
  scope: ReadScope,
  winner: Pick<Client, 'id' | 'email' | 'phone' | 'country'>,
  loser: Client,
): Promise<LoserContact | null> {
  if (loser.email === null && loser.phone === null) return null
  const contacts = await scope.list(Contact, {
    sql: 't.clientId IN (:...ids)',
    parameters: { ids: [winner.id, loser.id] },
  })
  const { email, phone, country } = loser
  const isKnownEmail = [winner, ...contacts].some(each => each.email?.toLowerCase() === email?.toLowerCase())
  const phones = [
    winner,
    ...contacts.map(each => ({ phone: each.phone, country: each.clientId === loser.id ? country : winner.country })),
  ]
  const isKnownPhone = phones.some(
    each => each.phone !== null && phone !== null && isSamePhone(each.phone, each.country, phone, country),
  )
  const kept = { name: loser.legalName, email: isKnownEmail ? null : email, phone: isKnownPhone ? null : phone }
  return kept.email === null && kept.phone === null ? null : kept
}
