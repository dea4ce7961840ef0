import { subjectOf } from '../database/effects/change-event.js'
import { Contact } from '../features/clients/index.js'
import { Interaction } from '../features/interactions/index.js'
import { Invoice } from '../features/invoicing/index.js'
import { Project } from '../features/projects/index.js'
import { PurchaseOrder } from '../features/purchasing/index.js'
import type { Day } from '../lib/calendar.js'
import { ago, type Story } from './story.js'
import { afterthoughts, firstTalks, orderTalks, projectTalks, reminders, talks, type Talk } from './vocabulary/talk.js'
import { metadataOf } from '../model/entity-metadata.js'
import type { Row } from '../model/field-definition.js'

const most = 24

/**
 * Writes down what people say to and about a client: the beginning, and then now and then about the records open at the
 * moment.
 */
export function planInteractions(story: Story) {
  const { desk, client, language, plan } = story
  const since = desk.today
  desk.in(desk.random.whole(1, 10), () => writeDown(story, client, desk.random.pick(firstTalks[language]), since))
  const count = Math.min(most, Math.ceil(plan.documents / 12))
  for (let index = 0; index < count; index++) desk.before(ago(story), () => talk(story, since))
}

function talk(story: Story, since: Day) {
  const { desk, client, language, books } = story
  const { random } = desk
  const overdue = desk
    .made(Invoice)
    .filter(
      ({ kind, type, state, dueOn }) =>
        kind === 'SALE' && type === 'INVOICE' && state === 'AUTHORISED' && dueOn !== null && dueOn < desk.today,
    )
    .find(invoice => books.due(invoice) > 0n)
  if (overdue && random.chance(0.6)) return writeDown(story, overdue, random.pick(reminders[language]), since)
  const project = desk.made(Project).findLast(({ state }) => state === 'ACTIVE')
  if (project && random.chance(0.4)) return writeDown(story, project, random.pick(projectTalks[language]), since)
  const order = desk
    .made(PurchaseOrder)
    .findLast(({ state, direction }) => state === 'OPEN' && direction === 'FROM_CLIENT')
  if (order && random.chance(0.3)) return writeDown(story, order, random.pick(orderTalks[language]), since)
  return writeDown(story, client, random.pick(talks[language]), since)
}

/** Mostly the same day, sometimes the day after; now and then its author adds something later. */
function writeDown({ desk, client, language }: Story, subject: Row, { kind, title, text }: Talk, since: Day) {
  const { random } = desk
  const about = subjectOf(subject)
  const contacts = desk.made(Contact)
  const contact = contacts.length > 0 ? random.pick(contacts) : null
  const late = random.chance(0.2) ? 1 : 0
  const interaction = desk.make(Interaction, {
    clientId: client.id,
    kind,
    subjectType: metadataOf(subject.constructor).name,
    subjectId: subject.id,
    title: title ?? null,
    text: text.replace('{who}', contact?.name ?? client.legalName).replace('{what}', about.name ?? ''),
    happenedOn: desk.earlier(late, since),
    contactIds: contact && text.includes('{who}') ? [contact.id] : [],
    ...desk.author,
  })
  desk.add(interaction, interaction.written(about))
  if (random.chance(0.12))
    desk.in(1, () =>
      desk.change(
        interaction,
        () => {
          interaction.text += ` ${random.pick(afterthoughts[language])}`
        },
        { noun: kind, about },
      ),
    )
}
