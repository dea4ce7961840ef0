import type { ActivityEvent } from '../../database/effects/activity-event.js'
import { cut, spoken } from '../../model/record-name.js'
import { changedLabels } from './field-change.js'
import { snake } from '../../lib/snake.js'

const spaced = (name: string) => name.toLowerCase().replaceAll('_', ' ')
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The beginning of a text that somebody wrote. */
function contentOf({ before, after }: ActivityEvent): string[] {
  const content = before ? null : (after?.title ?? after?.name ?? after?.text)
  return typeof content === 'string' ? [cut(content.replace(/\s+/g, ' '), 80)] : []
}

/**
 * "Invoice F2026/0007 authorised", "Client Ateneu changed: phone, owner", "Call about invoice F2026/0007 logged: They
 * pay on Friday".
 */
export function summaryOf(event: ActivityEvent, subjectName: string | null): string {
  const { kind, subjectType, itemId } = event
  const subject = [spoken(subjectType), subjectName].filter(Boolean).join(' ')
  const noun = itemId ? kind.slice(0, kind.indexOf('_')) : snake(subjectType).toUpperCase()
  const verb = kind.slice(noun.length + 1)
  const opening = capital(itemId ? `${spaced(noun)} about ${subject}` : subject)
  const details = verb === 'CHANGED' ? changedLabels(event) : itemId ? contentOf(event) : []
  return `${opening} ${spaced(verb)}${details.length > 0 ? `: ${details.join(', ')}` : ''}`
}
