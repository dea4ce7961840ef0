import type { User } from '../features/access/index.js'
import type { Client } from '../features/clients/index.js'
import type { DealStage } from '../features/deals/index.js'
import type { Language } from '../features/organizations/index.js'
import type { Project, TimeEntry } from '../features/projects/index.js'
import type { Books } from './books.js'
import type { Desk } from './desk.js'
import type { ClientPlan } from './plan.js'

/** The things that all parts of one client's past share. */
export interface Story {
  desk: Desk
  plan: ClientPlan
  users: readonly User[]
  /** In the order of the pipeline. */
  stages: readonly DealStage[]
  client: Client
  language: Language
  projects: Project[]
  /** Billable entries on no invoice in force. */
  unbilled: TimeEntry[]
  books: Books
}

/**
 * Picks a day before the last one, at random between two ages. It lies in the time in which the client took new
 * documents, on a working day where possible.
 */
export function ago({ desk, plan }: Pick<Story, 'desk' | 'plan'>, youngest = 0, oldest = Infinity): number {
  const least = Math.min(Math.max(youngest, (plan.archived ?? -1) + 1), plan.since - 2)
  const days = desk.random.whole(least, Math.max(least, Math.min(oldest, plan.since - 2)))
  return desk.workday(days, least)
}
